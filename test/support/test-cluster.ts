import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, isIP } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.ts';

const execute = promisify(execFile);

/** How a call of kubectl ended. */
export interface Answer {
  code: number;
  output: string;
  /** Its output, then its messages. */
  said: string;
}

/** The cluster of the current kubeconfig, as an administrator. */
export interface TestCluster {
  /** Call kubectl; `input` is what it reads from `-f -`. */
  kubectl(args: string[], options?: CallOptions): Promise<Answer>;
  /** The same, where only success will do; returns what JSON it answers with `-o json`. */
  get(...args: string[]): Promise<any>;
  apply(manifests: object[]): Promise<void>;
  /** A kubeconfig of a new user in a group, with a certificate that the cluster signs. */
  kubeconfigOf(user: string, group: string): Promise<string>;
  /** An address of this machine that pods reach. */
  hostAddress: string;
}

interface CallOptions {
  kubeconfig?: string;
  input?: string;
}

const signMilliseconds = 30_000;

/** @throws Error that says what to do where there is no cluster */
export async function openTestCluster(): Promise<TestCluster> {
  const kubectl: TestCluster['kubectl'] = async (args, { kubeconfig, input } = {}) => {
    const call = execute('kubectl', [...(kubeconfig ? ['--kubeconfig', kubeconfig] : []), ...args], {
      maxBuffer: 1 << 26,
    });
    call.child.stdin!.end(input);
    return await call.then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout, said: stdout + stderr }),
      ({ code, stdout = '', stderr = '', message }) => ({
        code: Number(code) || 1,
        output: stdout,
        said: stdout + stderr || message,
      }),
    );
  };
  const must = async (args: string[], input?: string) => {
    const { code, said, output } = await kubectl(args, input === undefined ? {} : { input });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${said}`);
    return output;
  };
  const { code, said } = await kubectl(['get', '--raw', '/readyz', '--request-timeout=10s']);
  if (code !== 0) {
    throw new Error(
      `no cluster: ${said.trim()}. These tests need kubectl, and a kubeconfig (KUBECONFIG) whose current context is a cluster to test on`,
    );
  }
  const get = async (...args: string[]) => JSON.parse(await must(['get', '--output', 'json', ...args]));
  return {
    kubectl,
    get,
    apply: async (manifests) => {
      const list = { apiVersion: 'v1', kind: 'List', items: manifests };
      await must(['apply', '--validate=strict', '--filename', '-'], JSON.stringify(list));
    },
    kubeconfigOf: async (user, group) => {
      const request = `delaywatch-test-${user}-${process.pid}`;
      const folder = temporaryFolder();
      chmodSync(folder, 0o700);
      const [key, csr] = ['user.key', 'user.csr'].map((name) => join(folder, name));
      execFileSync(
        'openssl',
        [
          'req',
          '-new',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-keyout',
          key,
          '-subj',
          `/O=${group}/CN=${user}`,
          '-out',
          csr,
        ],
        { stdio: 'ignore' },
      );
      await must(
        ['create', '--filename', '-'],
        JSON.stringify({
          apiVersion: 'certificates.k8s.io/v1',
          kind: 'CertificateSigningRequest',
          metadata: { name: request },
          spec: {
            request: readFileSync(csr).toString('base64'),
            signerName: 'kubernetes.io/kube-apiserver-client',
            expirationSeconds: 3600 * 24,
            usages: ['client auth'],
          },
        }),
      );
      await must(['certificate', 'approve', request]);
      const certificate = await poll(
        async () => (await get('csr', request)).status.certificate as string | undefined,
        signMilliseconds,
        'the cluster does not sign client certificates',
      );
      await must(['delete', 'csr', request]);
      const { clusters } = JSON.parse(await must(['config', 'view', '--minify', '--flatten', '--output', 'json']));
      const [{ name, cluster }] = clusters;
      const credentials = {
        'client-certificate-data': certificate,
        'client-key-data': readFileSync(key).toString('base64'),
      };
      const file = join(folder, 'kubeconfig');
      const kubeconfig = {
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name, cluster }],
        users: [{ name: user, user: credentials }],
        contexts: [{ name, context: { cluster: name, user } }],
        'current-context': name,
      };
      writeFileSync(file, JSON.stringify(kubeconfig, null, 2), { mode: 0o600 });
      return file;
    },
    hostAddress: await hostAddress((await get('nodes')).items),
  };
}

/** Ask again and again until there is an answer. */
export async function poll<T>(
  ask: () => Promise<T | undefined | false>,
  milliseconds: number,
  fault: string,
): Promise<T> {
  const deadline = Date.now() + milliseconds;
  while (true) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`${fault} (waited ${milliseconds / 1000} s)`);
    await sleep(500);
  }
}

/** Where a node is this machine, its address; else the one that is set. */
async function hostAddress(nodes: { status: { addresses: { address: string }[] } }[]): Promise<string> {
  if (process.env.TEST_HOST_ADDRESS) return process.env.TEST_HOST_ADDRESS;
  const addresses = nodes.flatMap(({ status }) => status.addresses.map(({ address }) => address)).filter(isIP);
  for (const address of addresses) {
    const probe = createServer();
    // A machine can listen only on one of its own addresses.
    const ours = await Promise.race([
      once(probe.listen(0, address), 'listening').then(() => true),
      once(probe, 'error').then(() => false),
    ]).catch(() => false);
    probe.close();
    if (ours) return address;
  }
  throw new Error(
    `the cluster's nodes (${addresses.join(', ')}) are other machines: set TEST_HOST_ADDRESS to an address of this machine that pods reach`,
  );
}
