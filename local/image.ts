// `npm run image`: builds the task image with Docker or Podman, whichever is there.
import { spawnSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { version } from '../tasks/version.ts';
import { defaultDagSettings as settings } from './dag-settings.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const commandLine = new Command('npm run image --')
  .description('Builds the image that the pods of all tasks run (tasks/Dockerfile), with Docker or Podman.')
  .addHelpText('after', '\nExample:\n  npm run image -- --tag registry.example.com/delaywatch:1 --platform linux/arm64')
  .argument('[options...]', "options for the engine's `build`, after a second `--`")
  .option('--tag <name>', 'name of the image', settings.image)
  .option('--platform <platform>', "platform of the cluster's nodes: linux/amd64 or linux/arm64", 'linux/amd64')
  .option('--node-image <name>', 'copy Node from this image instead of the official one')
  .option('--debian-image <name>', 'build on this image instead of the official one')
  .option('--save <file>', 'also write it to a file, for `docker load`, `kind load image-archive`, `ctr images import`')
  .parse();
const { tag, platform, nodeImage, debianImage, save } = commandLine.opts<{
  tag: string;
  platform: string;
  nodeImage?: string;
  debianImage?: string;
  save?: string;
}>();

const engine = runningEngine();
const buildArguments = {
  CODE_VERSION: codeVersion(),
  ...(nodeImage && { NODE_IMAGE: nodeImage }),
  ...(debianImage && { DEBIAN_IMAGE: debianImage }),
};
run('build', [
  ...['--file', 'tasks/Dockerfile', '--tag', tag, '--platform', platform],
  // Podman's own format has no health check.
  ...(engine === 'podman' ? ['--format', 'docker'] : []),
  ...Object.entries(buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
  ...commandLine.args,
  '.',
]);
if (save) {
  // The file gets its name when it is complete, and Podman refuses to write to an existing file.
  const half = `${save}.half`;
  rmSync(half, { force: true });
  run('save', ['--output', half, tag]);
  renameSync(half, save);
}
const { stdout } = spawnSync(engine, ['image', 'inspect', '--format', '{{.Size}}', tag], { encoding: 'utf8' });
console.log(
  `built ${tag} of ${buildArguments.CODE_VERSION}, ${Math.round(Number(stdout) / 1e6)} MB${save ? `, saved as ${save}` : ''}`,
);

/** Docker's client may be there without its engine. */
function runningEngine(): string {
  const engine = ['docker', 'podman'].find((name) => spawnSync(name, ['info']).status === 0);
  if (engine) return engine;
  console.error('neither Docker nor Podman answers `info`; install one of them, or start it');
  process.exit(69);
}

/** The commit, with a mark when files differ from it; the release outside of a repository. */
function codeVersion(): string {
  const { status, stdout } = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : version;
}

function run(command: string, options: string[]): void {
  const { status } = spawnSync(engine, [command, ...options], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
