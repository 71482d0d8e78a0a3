// Runs in the cluster, as the clean-up of namespace `flights` (infra/manifests/clean-up.ts): Kubernetes has no time to
// live for pods, so those that have ended would be kept for ever.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { LineLog } from '../io/log.ts';
import { type Pod, podsOlderThan } from './pods-older-than.ts';

/** Where Kubernetes puts what a pod needs to call it. */
const credentials = '/var/run/secrets/kubernetes.io/serviceaccount';
const host = 'kubernetes.default.svc';
const answerMilliseconds = 30_000;

const { namespace, selector, hours } = new Command('remove-old-pods')
  .description('Removes pods that ended some hours ago. It runs as a CronJob of the cluster.')
  .addHelpText(
    'after',
    '\nExample:\n  remove-old-pods --namespace flights --selector app.kubernetes.io/name=delaywatch --hours 24',
  )
  .requiredOption('--namespace <name>', 'the namespace of the pods')
  .requiredOption('--selector <labels>', 'labels of the pods to remove, such as app.kubernetes.io/name=delaywatch')
  .requiredOption('--hours <hours>', 'how many hours a pod is kept after its end', Number)
  .parse()
  .opts<{ namespace: string; selector: string; hours: number }>();

const log = new LineLog(process.stderr, { command: 'remove-old-pods', namespace });
const pods = `/api/v1/namespaces/${namespace}/pods`;
const { items } = (await call('GET', `${pods}?labelSelector=${encodeURIComponent(selector)}`)) as { items: Pod[] };
const old = podsOlderThan(new Date(Date.now() - hours * 3_600_000), items);
for (const { metadata } of old) {
  // The uid keeps a newer pod of the same name from being removed.
  await call('DELETE', `${pods}/${metadata.name}`, { preconditions: { uid: metadata.uid } });
  log.info('removed', { pod: metadata.name });
}
log.info('done', { removed: old.length, kept: items.length - old.length, hours });

/**
 * Call the cluster's API.
 * @returns undefined where there is nothing of the name any more, or another thing
 * @throws Error that ends the process and with it the Job, which tries again
 */
async function call(method: 'GET' | 'DELETE', path: string, body?: object): Promise<unknown> {
  const answer = await new Promise<{ status: number; content: string }>((resolve, reject) => {
    const token = readFileSync(`${credentials}/token`, 'utf8');
    const outgoing = request(
      {
        host,
        path,
        method,
        ca: readFileSync(`${credentials}/ca.crt`),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        timeout: answerMilliseconds,
      },
      async (incoming) => resolve({ status: incoming.statusCode!, content: await text(incoming) }),
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${answerMilliseconds / 1000} s`)));
    outgoing.on('error', reject);
    outgoing.end(body && JSON.stringify(body));
  });
  if (answer.status === 404 || answer.status === 409) return undefined;
  if (answer.status >= 300) throw new Error(`${method} https://${host}${path}: ${answer.status} ${answer.content}`);
  return JSON.parse(answer.content);
}
