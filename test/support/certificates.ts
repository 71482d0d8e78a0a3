import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from './publisher.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A server's certificate that a root has signed by way of another authority. */
export interface Chain {
  /** PEM file of the root authority. */
  rootFile: string;
  /** PEM file of the intermediate authority. */
  intermediateFile: string;
  /** What the server should show. */
  complete: Identity;
  /** What it shows when its owner forgot the authority between. */
  incomplete: Identity;
}

/** Make a chain for `localhost`. */
export function makeChain(): Chain {
  const folder = temporaryFolder();
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const make = (name: string, { signer, extensions }: { signer?: string; extensions: string[] }) => {
    writeFileSync(file(`${name}.ext`), extensions.join('\n'));
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
    openssl('req', '-new', ...key, '-subj', `/CN=${name}`, '-out', `${name}.csr`);
    const by = signer
      ? ['-CA', `${signer}.pem`, '-CAkey', `${signer}.key`, '-CAcreateserial']
      : ['-signkey', `${name}.key`];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  };
  const authority = ['basicConstraints=critical,CA:TRUE', 'keyUsage=keyCertSign'];
  make('root', { extensions: authority });
  make('intermediate', { signer: 'root', extensions: authority });
  make('localhost', { signer: 'intermediate', extensions: ['subjectAltName=DNS:localhost'] });
  const text = (name: string) => readFileSync(file(name), 'utf8');
  const key = text('localhost.key');
  return {
    rootFile: file('root.pem'),
    intermediateFile: file('intermediate.pem'),
    complete: { key, cert: text('localhost.pem') + text('intermediate.pem') },
    incomplete: { key, cert: text('localhost.pem') },
  };
}

/** Make a certificate for `localhost` that has signed itself and has expired. Only `openssl ca` sets past dates everywhere. */
export function makeExpired(): Identity & { file: string } {
  const folder = temporaryFolder();
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  writeFileSync(
    join(folder, 'ca.cnf'),
    `[ca]\ndefault_ca = one\n[one]\ndatabase = index.txt\nserial = serial\nnew_certs_dir = .\ndefault_md = sha256
policy = any\nx509_extensions = names\n[any]\ncommonName = supplied\n[names]\nsubjectAltName = DNS:localhost\n`,
  );
  writeFileSync(join(folder, 'index.txt'), '');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  openssl('req', '-new', ...key, '-subj', '/CN=localhost', '-out', 'request.pem');
  const dates = ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'];
  const paths = ['-keyfile', 'key.pem', '-in', 'request.pem', '-out', 'certificate.pem'];
  openssl('ca', '-batch', '-selfsign', '-notext', '-create_serial', '-config', 'ca.cnf', ...dates, ...paths);
  return { key: text('key.pem'), cert: text('certificate.pem'), file: join(folder, 'certificate.pem') };
}
