import { type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** A folder with a whole system in it, and nothing but Node and npm beside. */
export interface BareRoot {
  folder: string;
  /**
   * Run a command in it.
   * @returns what it wrote
   * @throws Error with what it wrote when it fails
   */
  run(command: string, as: { user: string; folder?: string }): Promise<string>;
}

/** The ordinary user in the root, beside root. */
export const ordinaryUser = 'dev';

/** What says where packages come from, and whom to trust for that. The first ones may name files. */
const certificateVariables = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'PIP_CERT', 'npm_config_cafile'];
const networkVariables = [
  ...certificateVariables,
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['npm_config_registry', 'PIP_INDEX_URL', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'UV_PYTHON_INSTALL_MIRROR'],
];
const systemFiles = ['/etc/resolv.conf', '/etc/hosts', '/etc/npmrc', '/etc/pip.conf', '/etc/xdg/pip/pip.conf'];
const homeFiles = ['.npmrc', '.config/pip/pip.conf', '.pip/pip.conf', '.config/uv/uv.toml'];

/** It takes half a minute; a mirror that does not answer is not waited for. */
const patienceMilliseconds = 5 * 60_000;

/** Everything is seen as it is outside, but what is mounted or started ends with the command. */
const isolation = ['--mount', '--pid', '--fork', '--kill-child'];
const enter = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$@"';

/** Why a bare root cannot be had on this machine; undefined where it can. */
export async function obstacle(root: string | undefined): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid!() !== 0) return 'it needs root';
  if (!(await succeeds('unshare', ...isolation, 'true'))) return 'this machine lets nobody mount (unshare fails)';
  if (!root && !(await succeeds('debootstrap', '--version'))) {
    return 'it needs debootstrap (apt-get install debootstrap), or the folder of a system with --root';
  }
  return undefined;
}

/** A Debian as debootstrap makes the least of it. */
export async function makeDebian(folder: string, suite: string): Promise<void> {
  const debootstrap = ['debootstrap', '--variant=minbase', '--include=ca-certificates', suite, folder, ...mirror()];
  await output('unshare', [...isolation, '--mount-proc', ...debootstrap], { timeout: patienceMilliseconds });
}

/** The mirror that this machine's packages come from, if it is a Debian; debootstrap knows one by itself. */
function mirror(): string[] {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    if (!existsSync(file)) continue;
    const [, found] =
      /^(?:URIs:|deb(?: \[.*?\])?) +(https?:\/\/\S+\/debian)\/?(?: |$)/m.exec(readFileSync(file, 'utf8')) ?? [];
    if (found) return [found];
  }
  return [];
}

/** Put Node, npm, the network's settings and an ordinary user into a folder with a system. */
export async function prepareRoot(folder: string): Promise<BareRoot> {
  const inside = (path: string) => join(folder, path);
  const copy = (from: string, to = from) => {
    if (!existsSync(from)) return;
    mkdirSync(dirname(inside(to)), { recursive: true });
    rmSync(inside(to), { force: true, recursive: true });
    cpSync(from, inside(to), { recursive: true, dereference: true });
  };
  // The Node and npm that started this program. Any will do, since npm brings the project's Node.
  const { npm_node_execpath: node = process.execPath, npm_execpath: npm } = process.env;
  if (!npm) throw new Error('which npm? run this as `npm run test:bare`');
  copy(node, '/usr/bin/node');
  copy(resolve(npm, '../..'), '/usr/lib/node_modules/npm');
  for (const name of ['npm', 'npx']) {
    rmSync(inside(`/usr/bin/${name}`), { force: true });
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, inside(`/usr/bin/${name}`));
  }
  copy('/etc/ssl/certs');
  copy(resolve(node, '../../etc/npmrc'), '/usr/etc/npmrc');
  for (const file of systemFiles) copy(file);
  for (const name of certificateVariables) {
    const file = process.env[name];
    if (file && !file.startsWith('/etc/ssl/certs/')) copy(file);
  }

  const root: BareRoot = {
    folder,
    run: (command, { user, folder: at = '/' }) => {
      const home = user === 'root' ? '/root' : `/home/${user}`;
      const chroot = [folder, `--userspec=${user}`, folder, 'bash', '-c', `cd ${at} && ${command}`];
      const env = {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: home,
        ...Object.fromEntries(
          networkVariables.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
        ),
      };
      return output('unshare', [...isolation, 'bash', '-c', enter, ...chroot], { env });
    },
  };
  await root.run(`id ${ordinaryUser} || useradd --create-home ${ordinaryUser}`, { user: 'root' });
  for (const file of homeFiles) {
    for (const home of ['/root', `/home/${ordinaryUser}`]) copy(join(homedir(), file), join(home, file));
  }
  await root.run(`chown -R ${ordinaryUser}: /home/${ordinaryUser}`, { user: 'root' });
  chmodSync(folder, 0o755);
  return root;
}

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  return output(program, args).then(
    () => true,
    () => false,
  );
}

/**
 * What a program writes.
 * @throws Error with that when it fails
 */
export async function output(program: string, args: string[], options: SpawnOptions = {}): Promise<string> {
  // unshare passes no other signal on.
  const child = spawn(program, args, { ...options, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(String(code ?? signal)));
  });
  const [stdout, stderr, how] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]).finally(() =>
    process.off('exit', kill),
  );
  if (how !== '0') throw new Error(`${program} … ${args.at(-1)} ended with ${how}:\n${stdout}${stderr}`);
  return stdout + stderr;
}
