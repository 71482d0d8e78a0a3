import { getProject, getStack, runtime } from '@pulumi/pulumi';
import { z } from 'zod';
import dag from '../dags/settings.json' with { type: 'json' };
import { isCidr, isForVpc, isPrivate, isPublic, overlap, prefixOf } from './cidr.ts';

/** How many tasks a worker of MWAA runs at once, by the class of its environment. */
const tasksPerWorker = { 'mw1.small': 5, 'mw1.medium': 10, 'mw1.large': 20, 'mw1.xlarge': 40, 'mw1.2xlarge': 80 };
/** The only numbers of days that CloudWatch keeps logs for. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Ranges that pods, nodes and MWAA use for other purposes: link-local, loopback and Docker's bridge. */
const reservedCidrs = ['169.254.0.0/16', '127.0.0.0/8', '172.17.0.0/16'];
/** A range of fewer bits is no network of anybody's, but a good part of the internet. */
const fewestBits = 8;

const cidr = z
  .string()
  // The checks that follow need a valid range.
  .refine(isCidr, { error: 'expected a range like 10.20.0.0/16, with no bits set after the prefix', abort: true });
const days = z.number().refine((value) => retentionDays.includes(value), {
  error: `expected a number of days that CloudWatch knows: ${retentionDays.join(', ')}`,
});
const roleArn = z.string().regex(/^arn:aws:iam::\d{12}:(role|user)\/.+$/, 'expected the ARN of an IAM role or user');

const region = z
  .string({ error: 'is not set; run `pulumi config set aws:region eu-central-1`' })
  .regex(
    /^(?!cn-|us-gov-|us-iso)[a-z]{2}(-[a-z]+)+-\d$/,
    'expected a region such as eu-central-1, outside of China and GovCloud',
  );

// Each setting has its default, as the committed stacks `dev` and `prod` have it, and an example. @caution tells what a change
// replaces or interrupts in a stack that is there. docs/deployment.md, "Settings", lists them.

const images = z.strictObject({
  /**
   * The day whose packages both images have at least. Another day builds both anew, with what was mended since.
   * @default "2026-11-23"
   * @example "2027-01-15"
   */
  asOf: z.iso.date('expected a day in quotes, such as "2026-11-23"'),
});

const network = z.strictObject({
  /**
   * All addresses of the VPC, /16 to /20.
   * @default dev: 10.20.0.0/16, prod: 10.30.0.0/16
   * @example 10.40.0.0/18
   * @caution It is fixed once made: a change replaces the network with everything in it: database, cluster, Airflow.
   */
  cidr: cidr
    .refine((value) => prefixOf(value) >= 16 && prefixOf(value) <= 20, {
      error: 'expected a network between /16 and /20: EKS and MWAA need room',
    })
    .refine(isForVpc, {
      error: 'expected private addresses, such as 10.20.0.0/16',
    }),
  /**
   * Two availability zones of the region, by name. Preflight tells zones that EKS does not take.
   * @default [eu-central-1a, eu-central-1b]
   * @example [eu-central-1b, eu-central-1c]
   * @caution They are fixed once made: a change replaces the subnets, and with them Airflow and the history of all its runs.
   */
  zones: z.tuple([z.string(), z.string()]),
  /**
   * How many gateways lead out of the private subnets. `one` is cheaper; with `one-per-zone` pods get out when a zone is down.
   * @default dev: one, prod: one-per-zone
   * @example one-per-zone
   * @caution A change interrupts connections to the internet for some minutes. Make it when no `acquire` is at work.
   */
  natGateways: z.enum(['one', 'one-per-zone']),
  /**
   * Whether calls of AWS stay inside the VPC, by an endpoint for each service, instead of the NAT gateway.
   * @default false
   * @example true
   */
  interfaceEndpoints: z.boolean(),
  /**
   * How long records of who talked to whom are kept, in days; null: none are made.
   * @default dev: null, prod: 30
   * @example 90
   * @caution A smaller number removes older records for good, null all of them.
   */
  flowLogDays: days.nullable(),
});

const cluster = z.strictObject({
  /**
   * Version of Kubernetes, one that AWS still gives standard support.
   * @default "1.36"
   * @example "1.37"
   * @caution It can only be raised, by one minor version at a time. Nodes are replaced one after the other.
   */
  version: z.string().regex(/^1\.\d{2}$/, 'expected a version of Kubernetes in quotes, such as "1.36"'),
  /**
   * From where the cluster's API can be called, by those who may. The machine that runs Pulumi must be among them;
   * `npm run preflight -- --stack STACK` shows its address. In prod they have to be set; not everywhere, unless `protection`
   * is `none`.
   * @default dev: [0.0.0.0/0], prod: []
   * @example [203.0.113.7/32]
   */
  publicAccessCidrs: z
    .array(cidr.refine(isPublic, { error: 'expected public addresses, since calls never come from private ones' }))
    .min(
      1,
      'expected at least the address of the machine that runs Pulumi; `npm run preflight -- --stack STACK` shows it',
    )
    .max(40, 'expected at most 40 ranges, the limit of EKS'),
  /**
   * Addresses of services in the cluster, outside of the network's.
   * @default 172.20.0.0/16
   * @example 10.100.0.0/16
   * @caution It is fixed once made: a change replaces the cluster with everything in it.
   */
  serviceCidr: cidr,
  /**
   * Roles and users of IAM that administer the cluster, besides whoever runs `pulumi up`, who always does.
   * @default []
   * @example ["arn:aws:iam::111122223333:role/Operators"]
   * @caution Who ran the last `up` and is not listed loses the right when another one runs it. List all who deploy.
   */
  administrators: z.array(roleArn).superRefine((arns, context) => {
    for (const [index, arn] of arns.entries()) {
      if (arns.indexOf(arn) === index) continue;
      context.addIssue({
        code: 'custom',
        path: [index],
        message: `${arn} is listed twice; remove one of the two, since EKS accepts each only once`,
      });
    }
  }),
});

const database = z.strictObject({
  /**
   * Class of the RDS instance.
   * @default dev: db.t4g.micro, prod: db.t4g.medium
   * @example db.m7g.large
   * @caution A change restarts the database: some minutes, or about one where `multiZone` is on.
   */
  instanceClass: z.string().regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, 'expected a class such as db.t4g.small'),
  /**
   * Major version of PostgreSQL, 16 to 18.
   * @default 18
   * @example 17
   * @caution It can only be raised, which interrupts the database for some minutes. Take a snapshot before.
   */
  majorVersion: z.number().int().min(16).max(18),
  /**
   * Storage at first, in GiB.
   * @default dev: 20, prod: 50
   * @example 100
   * @caution It can only be raised, and then not again for six hours.
   */
  storageGibibytes: z.number().int().min(20).max(65_536),
  /**
   * RDS enlarges the storage by itself up to this, in GiB; at least a tenth more than `storageGibibytes`.
   * @default dev: 50, prod: 200
   * @example 500
   */
  maxStorageGibibytes: z.number().int().min(20).max(65_536),
  /**
   * Whether there is a second instance in another zone that takes over.
   * @default dev: false, prod: true
   * @example true
   */
  multiZone: z.boolean(),
  /**
   * How many days the database can be brought back to, 1 to 35.
   * @default dev: 1, prod: 14
   * @example 35
   * @caution A smaller number removes older backups for good.
   */
  backupDays: z.number().int().min(1, 'expected 1 to 35').max(35, 'expected 1 to 35'),
});

const airflow = z.strictObject({
  /**
   * Version of Airflow, one that MWAA offers.
   * @default 3.2.1
   * @example 3.2.2
   * @caution It can only be raised. A change takes half an hour and replaces the workers: make it when no run is at work.
   */
  version: z.string().regex(/^3\.\d+\.\d+$/, 'expected a version of Airflow that MWAA offers, such as 3.2.1'),
  /**
   * Class of the environment: how large its parts are, and how many tasks a worker runs at once.
   * @default mw1.small
   * @example mw1.medium
   * @caution A change takes half an hour and replaces the workers: make it when no run is at work.
   */
  environmentClass: z.enum(Object.keys(tasksPerWorker) as [keyof typeof tasksPerWorker]),
  /**
   * Workers that always run. They must have room for all tasks that may wait for their pods at once.
   * @default dev: 2, prod: 3
   * @example 4
   * @caution A change takes half an hour.
   */
  minWorkers: z.number().int().min(1).max(25),
  /**
   * Workers at most; at least `minWorkers`.
   * @default dev: 2, prod: 3
   * @example 6
   * @caution A change takes half an hour.
   */
  maxWorkers: z.number().int().min(1).max(25),
  /**
   * Who reaches the web server: `public`, anybody, who must then sign in to AWS; or `private`, the VPC only.
   * @default public
   * @example private
   * @caution A change takes half an hour, and the web server gets another address.
   */
  webServer: z.enum(['public', 'private']),
  /**
   * The first year that the schedule catches up with once the DAG is switched on.
   * @default dev: 2025, prod: 2009
   * @example 2018
   * @caution On a DAG that is switched on, an earlier year starts the runs of the years since.
   */
  firstYear: z.number().int().min(1987).max(2100),
  /**
   * Pods of a task at once, over all runs, where it is not what `dags/settings.json` says.
   * @default dev: { acquire: 1, detect: 1, load: 1, render: 2, publish: 1 }, prod: { publish: 1 }
   * @example { render: 3 }
   */
  podsAtOnce: z.partialRecord(
    z.enum(Object.keys(dag.tasks) as [keyof typeof dag.tasks]),
    z.number().int().min(1).max(50),
  ),
});

const flights = z.strictObject({
  /**
   * `anomaly_score` from which on a day is an anomaly.
   * @default 3.1
   * @example 4.5
   * @caution It is for years that `detect` reads from then on; clear `detect` with _downstream_ for those that are there.
   */
  anomalyThreshold: z.coerce
    // `pulumi config set` turns a number with a decimal point into a text.
    .number('expected a number, like 3.1')
    .positive('expected a number above 0, like 3.1'),
  /**
   * Where people open charts and reports, if something of yours serves the bucket's `reports/`, `plots/` and `exports/`; null:
   * the stack's own pages, at the load balancer or by `kubectl port-forward` (docs/deployment.md, "Charts and reports").
   * @default null
   * @example https://delays.example.com/files
   * @caution Reports that are there keep the old links until `publish` has run again.
   */
  publicBaseUrl: z
    .string()
    // The address becomes part of a dataset's SQL, so it may contain only what charts/superset/set_up.py accepts.
    .refine((text) => /^https?:\/\/[\w.-]+(:\d+)?(\/[\w.~/-]*)?$/.test(text) && URL.canParse(text), {
      error: 'expected an address like https://host/folder',
    })
    .nullable(),
});

const pages = z.strictObject({
  /**
   * Servers of charts and reports at once.
   * @default dev: 1, prod: 2
   * @example 3
   */
  replicas: z.number().int().min(1).max(10),
});

const endpoint = z.url({ protocol: /^https$/, error: 'expected an address with https' });

const superset = z.strictObject({
  /**
   * Servers of the dashboard at once.
   * @default dev: 1, prod: 2
   * @example 3
   */
  replicas: z.number().int().min(1).max(10),
  /**
   * The way to Superset, charts and reports from outside; null: no load balancer, and they are reached by
   * `kubectl port-forward`.
   * @default null
   * @example { scheme: internet-facing, certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b",
   *   host: delays.example.com, allowedCidrs: [203.0.113.0/24], signIn: null }
   * @caution Another `scheme` replaces the load balancer: its DNS record has to follow. With `signIn` the Secrets have to be
   *   there before (docs/deployment.md, "Sign-in").
   */
  loadBalancer: z
    .strictObject({
      scheme: z.enum(['internal', 'internet-facing']),
      /** ARN of a certificate in AWS Certificate Manager, in the same region. */
      certificateArn: z
        .string({
          error: 'is missing; passwords must not be sent unencrypted: set a certificate, or set loadBalancer to null',
        })
        .regex(/^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/, 'expected the ARN of a certificate in ACM'),
      /** The name that the certificate is for; its DNS record is yours to make. */
      host: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'expected a host name such as delays.example.com'),
      /** Whom the load balancer lets in. */
      allowedCidrs: z.array(cidr).min(1, 'expected at least one range'),
      /** A provider of OpenID Connect that signs people in at the load balancer, by its addresses; null: none. */
      signIn: z
        .strictObject({
          issuer: endpoint,
          authorizationEndpoint: endpoint,
          tokenEndpoint: endpoint,
          userInfoEndpoint: endpoint,
        })
        .nullable()
        .default(null),
    })
    .nullable(),
});

const alerts = z.strictObject({
  /**
   * Where alarms and notices of runs go; null: nowhere by e-mail.
   * @default null
   * @example me@example.com
   * @caution AWS sends a mail with a link, and nothing else before that is clicked.
   */
  email: z.email().nullable(),
  /**
   * What all in the account that carries the stack's tags may cost a month, in dollars, before people are told; null: no
   * budget.
   * @default dev: null, prod: 1500
   * @example 700
   */
  monthlyBudgetDollars: z.number().positive().nullable(),
});

const digest = z.strictObject({
  /**
   * Whose webhook digests of new events go to, besides the topic: `slack` or `teams`; null: to none. Its address goes into a
   * secret first (docs/deployment.md, "Digests").
   * @default null
   * @example slack
   */
  webhook: z.enum(['slack', 'teams']).nullable(),
  /**
   * The airports whose events are told; empty: all.
   * @default []
   * @example [JFK, LGA, EWR]
   * @caution Events that are there already are not told when a change lets them in.
   */
  airports: z.array(z.string().regex(/^[A-Z][A-Z0-9]{2}$/, 'expected the code of an airport, such as JFK')),
  /**
   * Events that lost fewer minutes beyond the usual are not told; 0: all are.
   * @default 0
   * @example 60000
   * @caution Events that are there already are not told when a change lets them in.
   */
  leastMinutes: z.number().min(0),
});

const schema = z
  .strictObject({
    /**
     * `on`: Pulumi destroys and replaces neither the database, the data bucket, Airflow nor the cluster. `lifted`: it does, on
     * purpose (docs/deployment.md, "Remove it"); the database leaves a final snapshot. `none`: they go with the stack, and
     * nothing stays.
     * @default dev: none, prod: "on"
     * @example lifted
     */
    protection: z.enum(['on', 'lifted', 'none']),
    /**
     * How long logs are kept, in days.
     * @default dev: 14, prod: 90
     * @example 365
     * @caution A smaller number removes older logs for good.
     */
    logDays: days,
    images,
    network,
    cluster,
    database,
    airflow,
    flights,
    pages,
    superset,
    alerts,
    digest,
    /**
     * Name of the stack, which becomes part of all names.
     * @example staging
     * @caution It is fixed once made.
     */
    stack: z
      .string()
      .regex(
        /^(?=.{2,12}$)[a-z](-?[a-z0-9])+$/,
        'expected 2 to 12 lower-case letters, digits and single hyphens, the first a letter, since it becomes part of names',
      ),
    /**
     * `aws:region`. Not of China or GovCloud.
     * @default eu-central-1
     * @example us-east-1
     * @caution It is fixed once made: for another region make another stack.
     */
    region,
  })
  .superRefine(({ stack, region, protection, network, cluster, database, airflow, superset }, context) => {
    const fault = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (stack === 'prod' && protection === 'none') {
      fault(['protection'], 'prod needs protection: "on"; to remove the stack, "lifted"');
    }
    for (const [index, range] of cluster.publicAccessCidrs.entries()) {
      if (protection !== 'none' && prefixOf(range) < fewestBits) {
        fault(
          ['cluster', 'publicAccessCidrs', index],
          `${range} covers the whole internet, or nearly; the API of a protected stack accepts known addresses only: \`npm run preflight -- --stack ${stack}\` shows that of this machine`,
        );
      }
    }
    for (const zone of network.zones) {
      if (!new RegExp(`^${region}[a-z]$`).test(zone)) {
        fault(['network', 'zones'], `"${zone}" is not a zone of ${region}; expected two such as ${region}a`);
      }
    }
    if (network.zones[0] === network.zones[1]) fault(['network', 'zones'], 'expected two different zones');
    for (const taken of [cluster.serviceCidr, ...reservedCidrs]) {
      if (overlap(network.cidr, taken)) fault(['network', 'cidr'], `${network.cidr} overlaps ${taken}`);
    }
    for (const taken of reservedCidrs) {
      if (overlap(cluster.serviceCidr, taken)) {
        fault(['cluster', 'serviceCidr'], `${cluster.serviceCidr} overlaps ${taken}`);
      }
    }
    const prefix = prefixOf(cluster.serviceCidr);
    if (prefix < 12 || prefix > 24 || !isPrivate(cluster.serviceCidr)) {
      fault(['cluster', 'serviceCidr'], 'expected private addresses between /12 and /24, such as 172.20.0.0/16');
    }
    if (database.maxStorageGibibytes < 1.1 * database.storageGibibytes) {
      fault(
        ['database', 'maxStorageGibibytes'],
        'expected at least a tenth more than storageGibibytes, as RDS requires',
      );
    }
    if (airflow.maxWorkers < airflow.minWorkers) fault(['airflow', 'maxWorkers'], 'expected at least minWorkers');
    const pods = Object.entries(dag.tasks).map(([task, { at_once }]) => airflow.podsAtOnce[task as Task] ?? at_once);
    const tasks = pods.reduce((sum, count) => sum + count, dag.so_far_runs_at_once);
    const places = airflow.minWorkers * tasksPerWorker[airflow.environmentClass];
    if (places < tasks) {
      // When MWAA removes an idle worker, the tasks on it that wait for their pods end. So only workers that always run
      // count.
      fault(
        ['airflow', 'minWorkers'],
        `${tasks} tasks may wait for their pods at once, but the workers that always run have room for ${places}; raise minWorkers or lower podsAtOnce`,
      );
    }
    const certificate = superset.loadBalancer?.certificateArn;
    if (certificate && certificate.split(':')[3] !== region) {
      fault(
        ['superset', 'loadBalancer', 'certificateArn'],
        `is in another region; the load balancer needs a certificate in ${region}`,
      );
    }
  });

type Task = keyof typeof dag.tasks;

/** The settings of a stack, `Pulumi.<stack>.yaml`, parsed. */
export type Config = z.infer<typeof schema>;

/**
 * Parse the settings of a stack.
 * @param values those of the project, each a section, and `stack` and `region`
 * @throws Error that lists all that is wrong, before anything is made
 */
export function readConfig(values: Record<string, unknown>): Config {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `  ${path.join('.') || 'settings'}: ${message}`);
  throw new Error(`Pulumi.${values.stack}.yaml:\n${faults.join('\n')}\nEach setting is described in infra/config.ts.`);
}

/** The settings of the stack that Pulumi runs for. */
export function readStackConfig(): Config {
  const prefix = `${getProject()}:`;
  const given = Object.entries(runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  const values = given.map(([key, text]) => [key.slice(prefix.length), parse(text)]);
  return readConfig({ ...Object.fromEntries(values), stack: getStack(), region: runtime.getConfig('aws:region') });
}

/** Pulumi hands over sections as JSON, and a plain text as it is. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
