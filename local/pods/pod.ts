import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup } from '../process-group.ts';
import type { Manifest } from './manifest.ts';
import { PodLog } from './pod-log.ts';

/** The parts of the image and of the cluster that a local pod needs. */
export interface Machine {
  /** The image's entrypoint. */
  entrypoint: string[];
  /** The image's own environment. */
  environment: NodeJS.ProcessEnv;
  folder: string;
  configMaps: Record<string, Record<string, string>>;
}

type ContainerState =
  | { waiting: { reason: string; message?: string } }
  | { running: { startedAt: string } }
  | { terminated: { exitCode: number; reason: string; message: string; startedAt: string; finishedAt: string } };

/** An event of a pod, as `kubectl describe` shows it. */
export interface PodEvent {
  time: string;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** A pod's one container as a local process. */
export class Pod {
  readonly manifest: Manifest;
  readonly created = new Date().toISOString();
  readonly log = new PodLog();
  readonly events: PodEvent[] = [];
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' = 'Pending';
  /** Why the pod, not its container, came to an end. */
  reason: string | undefined;
  state: ContainerState = { waiting: { reason: 'ContainerCreating' } };
  /** Time at which it was asked to end. */
  deleted: string | undefined;
  #process: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(manifest: Manifest) {
    this.manifest = manifest;
    this.#happened('Normal', 'Scheduled', 'Successfully assigned to this machine');
  }

  get name(): string {
    return this.manifest.metadata.name;
  }

  get hasEnded(): boolean {
    return this.phase === 'Succeeded' || this.phase === 'Failed';
  }

  /** Number of the process; undefined before its start. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  start({ entrypoint, environment, folder, configMaps }: Machine, launcher: string[] = []): void {
    const { containers, activeDeadlineSeconds } = this.manifest.spec;
    const [{ command, args, env, envFrom }] = containers;
    const missing = envFrom.find(({ configMapRef }) => !configMaps[configMapRef.name]);
    if (missing) {
      // As in a cluster, the pod waits for its ConfigMap. Here it waits for ever, since none is added later.
      const message = `configmap "${missing.configMapRef.name}" not found`;
      this.state = { waiting: { reason: 'CreateContainerConfigError', message } };
      this.#happened('Warning', 'Failed', `Error: ${message}`);
      return;
    }
    const [program, ...first] = [...launcher, ...(command.length > 0 ? command : entrypoint)];
    const startedAt = new Date().toISOString();
    // Its own process group lets us stop it with all that it starts.
    const child = spawn(program, [...first, ...args], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...environment,
        ...Object.assign({}, ...envFrom.map(({ configMapRef }) => configMaps[configMapRef.name])),
        ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
      },
    });
    this.#process = child;
    this.phase = 'Running';
    this.state = { running: { startedAt } };
    this.#happened('Normal', 'Started', `Started container: process ${child.pid}`);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.log.write(text));
    }
    const deadline = activeDeadlineSeconds && setTimeout(() => this.#pastDeadline(), activeDeadlineSeconds * 1000);
    child.on('error', (error) => this.log.write(`${error.message}\n`));
    this.#ended = new Promise<void>((resolve) => {
      child.on('close', (code, signal) => {
        clearTimeout(deadline);
        this.log.close();
        this.#end(startedAt, signal ? 128 + constants.signals[signal] : (code ?? 128));
        resolve();
      });
    });
  }

  /** Stop the process: politely at first, by force after the grace period. Resolves when it has ended. */
  async stop(graceSeconds: number): Promise<void> {
    this.deleted ??= new Date().toISOString();
    await this.#stop(graceSeconds);
  }

  /** Force it to end, as the kernel does when memory is short. */
  kill(): void {
    if (this.phase === 'Running') killGroup(this.#process!, 'SIGKILL');
  }

  async #stop(graceSeconds: number): Promise<void> {
    if (!this.#process || this.hasEnded) return;
    killGroup(this.#process!, 'SIGTERM');
    const patience = new AbortController();
    await Promise.race([this.#ended, sleep(graceSeconds * 1000, undefined, patience).catch(() => {})]);
    patience.abort();
    if (!this.hasEnded) killGroup(this.#process!, 'SIGKILL');
    await this.#ended;
  }

  #pastDeadline(): void {
    this.reason = 'DeadlineExceeded';
    this.#happened('Normal', 'DeadlineExceeded', 'Pod was active on the node longer than the specified deadline');
    void this.#stop(this.manifest.spec.terminationGracePeriodSeconds);
  }

  #end(startedAt: string, exitCode: number): void {
    const { terminationMessagePolicy } = this.manifest.spec.containers[0];
    this.phase = exitCode === 0 && !this.reason ? 'Succeeded' : 'Failed';
    this.state = {
      terminated: {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : 'Error',
        message: exitCode !== 0 && terminationMessagePolicy === 'FallbackToLogsOnError' ? this.log.tail() : '',
        startedAt,
        finishedAt: new Date().toISOString(),
      },
    };
  }

  #happened(type: PodEvent['type'], reason: string, message: string): void {
    this.events.push({ time: new Date().toISOString(), type, reason, message });
  }
}
