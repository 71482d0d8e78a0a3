import { readFileSync } from 'node:fs';
import test from 'ava';
import { supersetValues } from '../../infra/superset-values.ts';
import { exampleSettings, faultsOf } from '../support/superset-chart.ts';

const values = supersetValues(exampleSettings);
const supersetFile = (name: string) => readFileSync(new URL(`../../charts/superset/${name}`, import.meta.url), 'utf8');

test('no Redis, no Postgres, no workers, no secrets of the chart', (t) => {
  t.false(values.postgresql.enabled);
  t.false(values.redis.enabled);
  t.deepEqual(values.supersetWorker.replicas, { enabled: true, replicaCount: 0 });
  t.false(values.secretEnv.create);
  t.false(values.init.createAdmin);
});

test('no container waits for a database or a Redis that the chart would bring', (t) => {
  for (const part of ['supersetNode', 'supersetWorker', 'init']) t.deepEqual(values[part].initContainers, []);
});

test('the image is named by its digest: the chart puts a colon between the two', (t) => {
  t.is(`${values.image.repository}:${values.image.tag}`, exampleSettings.image);
});

test("each setting is one that Superset's configuration or its set-up reads", (t) => {
  const read = ['superset_config.py', 'set_up.py', 'secret.py', 'connections.py'].map(supersetFile).join('\n');
  for (const name of Object.keys(values.extraEnv)) {
    if (!name.startsWith('AWS_')) t.true(read.includes(name), name);
  }
});

test('the programs are where the image has them', (t) => {
  const dockerfile = supersetFile('Dockerfile');
  const [, program] = values.init.command;
  t.regex(dockerfile, new RegExp(`^COPY \\*\\.py ${program.replace('set_up.py', '')}$`, 'm'));
});

const container = {
  image: exampleSettings.image,
  command: ['/usr/bin/run-server.sh'],
  livenessProbe: {},
  readinessProbe: {},
};
const rendered = (change: object = {}): any[] => [
  {
    kind: 'Deployment',
    metadata: { name: 'superset' },
    spec: {
      replicas: 1,
      template: {
        spec: {
          serviceAccountName: 'superset',
          securityContext: { runAsUser: 1000 },
          containers: [{ ...container, ...change }],
        },
      },
    },
  },
  {
    kind: 'Job',
    metadata: { name: 'superset-init-db' },
    spec: {
      template: {
        spec: {
          serviceAccountName: 'superset',
          securityContext: { runAsUser: 1000 },
          containers: [{ ...container, command: ['python', '/app/delaywatch/set_up.py'] }],
        },
      },
    },
  },
  { kind: 'Service', metadata: { name: 'superset' }, spec: { ports: [{ port: 8088 }] } },
];

test('what the chart makes of them is judged', (t) => {
  t.deepEqual(faultsOf(rendered()), []);
  t.regex(faultsOf(rendered({ image: 'apache/superset:6.1.0' }))[0], /image apache\/superset:6\.1\.0/);
  t.regex(faultsOf(rendered({ readinessProbe: undefined }))[0], /readinessProbe/);
  t.regex(
    faultsOf([...rendered(), { kind: 'StatefulSet', metadata: { name: 'superset-redis' } }])[0],
    /StatefulSet superset-redis/,
  );
  t.regex(faultsOf(rendered().slice(0, 1)).join(), /Job superset-init-db is not there/);
});
