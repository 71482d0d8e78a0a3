import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseManifest } from './manifest.ts';
import { type Machine, Pod } from './pod.ts';
import { matchesInvolvedObject, matchesLabels } from './selector.ts';

/** What the stand-in of a cluster has. */
export interface Cluster extends Machine {
  namespace: string;
  serviceAccounts: string[];
  /** Called before a pod starts. It may return a program that is to start the pod's own one, given behind it. */
  launcherOf?(pod: Pod): string[];
}

/** A stand-in for the part of the Kubernetes API that KubernetesPodOperator uses. */
export interface PodServer {
  /** A kubeconfig that reaches the server. Its token lets anybody run any program here, so write it with mode 600. */
  kubeconfig: string;
  /** All pods that were made and are not removed yet. */
  pods(): Pod[];
  /** All requests so far, each with its method, path and query. */
  requests: string[];
  /** Stops all pods. */
  stop(): Promise<void>;
}

/** A deleted pod can be read for a moment after its end, as in a cluster. */
const lingerMilliseconds = 1_500;

/** An answer that is not what was asked for, as Kubernetes words it. */
class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/** Start it on a free port of this machine; only who has the token of its kubeconfig is let in. */
export async function startPodServer(cluster: Cluster): Promise<PodServer> {
  const token = randomBytes(24).toString('base64url');
  const pods = new Map<string, Pod>();
  const requests: string[] = [];
  let version = 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response).catch((error) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof Refusal) send(response, error.code, status(error));
      else send(response, 500, status(new Refusal(500, 'InternalError', String(error))));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isAllowed(request.headers.authorization, token)) throw new Refusal(401, 'Unauthorized', 'Unauthorized');
    const { pathname, searchParams: query } = new URL(request.url!, 'http://localhost');
    const [, namespace, kind, name, part] =
      /^\/api\/v1\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (namespace !== undefined && namespace !== cluster.namespace) {
      throw new Refusal(403, 'Forbidden', `there is only the namespace ${cluster.namespace} here, not ${namespace}`);
    }
    const what = [request.method, kind, name && 'NAME', part].filter(Boolean).join(' ');
    switch (what) {
      case 'GET pods': {
        const selector = query.get('labelSelector') ?? '';
        const chosen = [...pods.values()].filter((pod) => matchesLabels(selector, pod.manifest.metadata.labels));
        return send(response, 200, list('PodList', chosen.map(toObject)));
      }
      case 'POST pods':
        return send(response, 201, toObject(create(await json(request))));
      case 'GET pods NAME':
        return send(response, 200, toObject(find(name)));
      case 'PATCH pods NAME':
        return send(response, 200, toObject(patch(find(name), await json(request))));
      case 'DELETE pods NAME': {
        const pod = find(name);
        const grace = query.get('gracePeriodSeconds') ?? pod.manifest.spec.terminationGracePeriodSeconds;
        void remove(pod, Number(grace));
        return send(response, 200, toObject(pod));
      }
      case 'GET pods NAME log':
        return await sendLog(find(name), query, response);
      case 'GET events': {
        const selector = query.get('fieldSelector') ?? '';
        const chosen = [...pods.values()].filter((pod) => matchesInvolvedObject(selector, pod.name));
        return send(response, 200, list('EventList', chosen.flatMap(toEvents)));
      }
      default:
        throw new Refusal(404, 'NotFound', `this stand-in does not know ${request.method} ${pathname}`);
    }
  }

  function create(body: unknown): Pod {
    let pod: Pod;
    try {
      pod = new Pod(parseManifest(body));
    } catch (error) {
      throw new Refusal(422, 'Invalid', `the pod is invalid: ${(error as Error).message}`);
    }
    const { serviceAccountName } = pod.manifest.spec;
    if (!cluster.serviceAccounts.includes(serviceAccountName)) {
      throw new Refusal(
        403,
        'Forbidden',
        `pods "${pod.name}" is forbidden: serviceaccount "${serviceAccountName}" not found`,
      );
    }
    if (pods.has(pod.name)) throw new Refusal(409, 'AlreadyExists', `pods "${pod.name}" already exists`);
    pods.set(pod.name, pod);
    setImmediate(() => {
      if (pod.deleted) return;
      pod.start(cluster, cluster.launcherOf?.(pod));
    });
    return pod;
  }

  function find(name: string): Pod {
    const pod = pods.get(name);
    if (!pod) throw new Refusal(404, 'NotFound', `pods "${name}" not found`);
    return pod;
  }

  function patch(pod: Pod, body: unknown): Pod {
    const { metadata, ...rest } = body as { metadata?: { labels?: Record<string, string | null> } };
    const { labels, ...others } = metadata ?? {};
    if (Object.keys({ ...rest, ...others }).length > 0)
      throw new Refusal(422, 'Invalid', 'only labels can be patched here');
    const merged = Object.entries({ ...pod.manifest.metadata.labels, ...labels });
    pod.manifest.metadata.labels = Object.fromEntries(
      merged.filter((entry): entry is [string, string] => entry[1] !== null),
    );
    return pod;
  }

  async function remove(pod: Pod, graceSeconds: number): Promise<void> {
    const isRunning = pod.phase === 'Running';
    await pod.stop(graceSeconds);
    if (isRunning) await sleep(lingerMilliseconds);
    pods.delete(pod.name);
  }

  async function sendLog(pod: Pod, query: URLSearchParams, response: ServerResponse): Promise<void> {
    if ('waiting' in pod.state) {
      const container = pod.manifest.spec.containers[0].name;
      throw new Refusal(400, 'BadRequest', `container "${container}" in pod "${pod.name}" is waiting to start`);
    }
    const number = (key: string) => (query.has(key) ? Number(query.get(key)) : undefined);
    const isTrue = (key: string) => query.get(key)?.toLowerCase() === 'true';
    const wish = {
      follow: isTrue('follow'),
      timestamps: isTrue('timestamps'),
      tailLines: number('tailLines'),
      sinceSeconds: number('sinceSeconds'),
    };
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
    await pipeline(Readable.from(pod.log.read(wish, gone.signal)), response).catch((error) => {
      if (!gone.signal.aborted) throw error;
    });
  }

  const toObject = (pod: Pod) => {
    const { metadata, spec } = pod.manifest;
    const { name, image } = spec.containers[0];
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...metadata,
        namespace: cluster.namespace,
        creationTimestamp: pod.created,
        resourceVersion: String(++version),
        uid: pod.name,
        ...(pod.deleted && { deletionTimestamp: pod.deleted }),
      },
      spec: pod.manifest.spec,
      status: {
        phase: pod.phase,
        startTime: pod.created,
        ...(pod.reason && { reason: pod.reason }),
        containerStatuses: [
          { name, image, imageID: image, ready: 'running' in pod.state, restartCount: 0, state: pod.state },
        ],
      },
    };
  };

  const toEvents = (pod: Pod) =>
    pod.events.map(({ time, type, reason, message }, index) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${pod.name}.${index}`, namespace: cluster.namespace, uid: `${pod.name}.${index}` },
      involvedObject: { kind: 'Pod', name: pod.name, namespace: cluster.namespace },
      firstTimestamp: time,
      lastTimestamp: time,
      type,
      reason,
      message,
    }));

  const list = (kind: string, items: unknown[]) => ({
    apiVersion: 'v1',
    kind,
    metadata: { resourceVersion: String(version) },
    items,
  });

  // This stops them if the process ends before it has stopped them itself.
  const killAll = () => {
    for (const pod of pods.values()) pod.kill();
  };
  process.once('exit', killAll);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    kubeconfig: kubeconfig(port, token, cluster.namespace),
    pods: () => [...pods.values()],
    requests,
    stop: async () => {
      await Promise.all([...pods.values()].map((pod) => pod.stop(5)));
      process.off('exit', killAll);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function isAllowed(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function status({ code, reason, message }: Refusal) {
  return { apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', code, reason, message };
}

/** A kubeconfig as JSON, which is also YAML. */
function kubeconfig(port: number, token: string, namespace: string): string {
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'local',
      contexts: [{ name: 'local', context: { cluster: 'local', user: 'local', namespace } }],
      clusters: [{ name: 'local', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'local', user: { token } }],
    },
    null,
    2,
  );
}
