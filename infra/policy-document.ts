import { type Input, type Output, output } from '@pulumi/pulumi';

/** What a role may do, or a bucket or topic lets be done. */
export interface Statement {
  /** What it is for, in letters and digits. */
  Sid: string;
  /** The default is Allow. */
  Effect?: 'Allow' | 'Deny';
  Principal?: Input<string> | Record<string, Input<string> | string[]>;
  Action: string[];
  Resource?: Input<string> | Input<string>[];
  NotResource?: Input<string>;
  Condition?: Record<string, Record<string, Input<string> | string[]>>;
}

/** A policy of IAM, as the text that AWS takes. */
export function policyDocument(statements: Statement[]): Output<string> {
  return output(statements).apply((resolved) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: resolved.map(({ Sid, Effect = 'Allow', ...rest }) => ({ Sid, Effect, ...rest })),
    }),
  );
}
