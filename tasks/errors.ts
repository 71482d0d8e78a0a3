/** An error that a person can act on. Its message is the last log line; its exit code tells a scheduler whether to retry. */
export abstract class ExpectedError extends Error {
  abstract readonly exitCode: number;
}

/** The command line is wrong. */
export class UsageError extends ExpectedError {
  readonly exitCode = 64;
}

/** What a command reads is not what it should be, or not all there; the message names file, line and column. */
export class InputError extends ExpectedError {
  readonly exitCode = 65;
}

/** A service (Postgres, S3, the browser) stayed unreachable after retries, or another process is in the way. */
export class UnreachableError extends ExpectedError {
  readonly exitCode = 69;
}

/** The year's flights are not there yet: a scheduler should look again for weeks, not for minutes. */
export class YearMissingError extends ExpectedError {
  readonly exitCode = 75;
}

/** A setting is missing, malformed or refused by the service it is for. */
export class SettingsError extends ExpectedError {
  readonly exitCode = 78;
}

const kinds = { UsageError, InputError, UnreachableError, YearMissingError, SettingsError };

/** An expected error as plain data: sent to another thread, an error forgets its class. */
export interface PlainError {
  kind: keyof typeof kinds;
  message: string;
}

/** Undefined for an error that was not expected. */
export function toPlainError(error: unknown): PlainError | undefined {
  const found = Object.entries(kinds).find(([, kind]) => error instanceof kind);
  return found && { kind: found[0] as PlainError['kind'], message: (error as Error).message };
}

export function fromPlainError({ kind, message }: PlainError): ExpectedError {
  return new kinds[kind](message);
}
