import { DatabaseError } from 'pg';
import { type ExpectedError, InputError, SettingsError, UnreachableError } from '../errors.ts';
import { certificateFaults } from './certificate-faults.ts';
import { type Blocker, LockedError } from './with-patience.ts';

/** SQLSTATE classes and codes after which another attempt may succeed: connection lost, server starting or stopping. */
const passing = /^(?:08...|57P0[123]|53300|40001|40P01)$/;
/** Faults of a database that stay until somebody acts, and what to do. Source: PostgreSQL's appendix A, error codes. */
const faults: Record<string, { kind: new (message: string) => ExpectedError; advice: string }> = {
  '42P01': { kind: InputError, advice: 'tables are not there yet; run `migrate`' },
  '42883': { kind: InputError, advice: 'functions are not there yet; run `migrate`' },
  '42703': { kind: InputError, advice: 'columns are not those of this version; run `migrate` of this version' },
  '25006': {
    kind: UnreachableError,
    advice: 'it is read-only, as a standby is; check that DATABASE_URL names the primary',
  },
  '53100': { kind: UnreachableError, advice: 'its disk is full; make room and run again' },
  '57014': {
    kind: UnreachableError,
    advice: 'a statement was cancelled; raise statement_timeout of this role, or try again',
  },
};
const refused = /^(?:28...|3D000|42501)$/;

/** Whether another attempt may succeed. */
export function isPassing(error: unknown): boolean {
  return error instanceof LockedError || isConnectionError(error);
}

function isConnectionError(error: unknown): boolean {
  if (error instanceof DatabaseError) return passing.test(error.code ?? '');
  const { code, message = '' } = error as NodeJS.ErrnoException;
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(
      code ?? '',
    ) || /Connection terminated|timeout expired|Client has encountered a connection error|not queryable/.test(message)
  );
}

/** The error of the last attempt as an {@link ExpectedError}, if a person can act on it; otherwise the error itself. */
export function explainFault(error: unknown, { url, attempts }: { url: string; attempts: number }): unknown {
  const { host, pathname, username } = new URL(url);
  const where = `database ${pathname.slice(1)} at ${host}`;
  const { message } = error as Error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (error instanceof LockedError) {
    const who = error.blockers.map(inWords).join('; ');
    return new UnreachableError(
      `${where}: ${message}, ${attempts} times${who && ` (${who})`}; end them, or run again when they have ended`,
    );
  }
  if (code in certificateFaults) {
    return new SettingsError(
      `${where} is not trusted: ${certificateFaults[code]}; check the host and sslrootcert in DATABASE_URL`,
    );
  }
  if (/does not support SSL/.test(message)) {
    return new SettingsError(`${where} offers no TLS; switch it on there, or change sslmode in DATABASE_URL`);
  }
  if (isConnectionError(error)) {
    return new UnreachableError(
      `${where} did not answer after ${attempts} attempts (${message}); is it up and reachable?`,
    );
  }
  if (error instanceof DatabaseError && refused.test(code)) {
    return new SettingsError(
      `${where} refuses ${username || 'this user'} (${message}); check DATABASE_URL and the grants`,
    );
  }
  if (error instanceof DatabaseError && code in faults) {
    const { kind: Fault, advice } = faults[code];
    return new Fault(`${where}: ${advice} (${message})`);
  }
  return error;
}

function inWords({ pid, application, since }: Blocker): string {
  return [
    `pid ${pid}`,
    ...(application ? [`application ${application}`] : []),
    ...(since ? [`since ${since}`] : []),
  ].join(', ');
}
