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
/** Ranges that pods, nodes and MWAA need for something else: link-local, loopback, Docker's own bridge. */
const reservedCidrs = ['169.254.0.0/16', '127.0.0.0/8', '172.17.0.0/16'];

const cidr = z
  .string()
  // What follows cannot be asked of a text that is no range.
  .refine(isCidr, { error: 'expected a range like 10.20.0.0/16, without bits behind the prefix', abort: true });
const days = z.number().refine((value) => retentionDays.includes(value), {
  error: `expected a number of days that CloudWatch knows: ${retentionDays.join(', ')}`,
});
const roleArn = z.string().regex(/^arn:aws:iam::\d{12}:(role|user)\/.+$/, 'expected the ARN of a role or user of IAM');

const region = z
  .string({ error: 'is not set; `pulumi config set aws:region eu-central-1`' })
  .regex(
    /^(?!cn-|us-gov-|us-iso)[a-z]{2}(-[a-z]+)+-\d$/,
    'expected a region such as eu-central-1 (not of China or GovCloud)',
  );

const images = z.strictObject({
  /** The packages of both images are those of this day or later; another day, and all is built with what was mended since. */
  asOf: z.iso.date('expected a day in quotes, such as "2026-11-23"'),
});

const network = z.strictObject({
  /** All addresses of the VPC; /16 to /20. */
  cidr: cidr
    .refine((value) => prefixOf(value) >= 16 && prefixOf(value) <= 20, {
      error: 'expected a network between /16 and /20: EKS and MWAA need room',
    })
    .refine(isForVpc, {
      error: 'expected private addresses, such as 10.20.0.0/16',
    }),
  /** Two availability zones of the region. */
  zones: z.tuple([z.string(), z.string()]),
  /** `one` is cheaper; with `one-per-zone` pods get out when a zone is down. */
  natGateways: z.enum(['one', 'one-per-zone']),
  /** Whether calls of AWS stay inside the VPC, by an endpoint for each service, instead of the NAT gateway. */
  interfaceEndpoints: z.boolean(),
  /** How long records of who talked to whom are kept; null: none are made. */
  flowLogDays: days.nullable(),
});

const cluster = z.strictObject({
  /** Of Kubernetes, one that AWS still gives standard support; a cluster is raised by one at a time. */
  version: z.string().regex(/^1\.\d{2}$/, 'expected a version of Kubernetes in quotes, such as "1.36"'),
  /** From where the API can be called, by those who may; the machine that runs Pulumi must be among them. */
  publicAccessCidrs: z
    .array(cidr.refine(isPublic, { error: 'expected addresses of the internet: others never come that way' }))
    .min(1, 'expected at least the address of the machine that runs Pulumi')
    .max(40, 'expected at most 40: EKS takes no more'),
  /** Addresses of services in the cluster; outside of the network's. */
  serviceCidr: cidr,
  /** Roles and users of IAM that administer the cluster; none: whoever runs `pulumi up`. */
  administrators: z.array(roleArn).superRefine((arns, context) => {
    for (const [index, arn] of arns.entries()) {
      if (arns.indexOf(arn) === index) continue;
      context.addIssue({ code: 'custom', path: [index], message: `${arn} is listed twice; EKS takes nobody twice` });
    }
  }),
});

const database = z.strictObject({
  instanceClass: z.string().regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, 'expected a class such as db.t4g.small'),
  /** Of PostgreSQL. */
  majorVersion: z.number().int().min(16).max(18),
  storageGibibytes: z.number().int().min(20).max(65_536),
  /** RDS enlarges the storage by itself up to this. */
  maxStorageGibibytes: z.number().int().min(20).max(65_536),
  /** A second instance in another zone that takes over. */
  multiZone: z.boolean(),
  backupDays: z.number().int().min(1, 'expected 1 to 35').max(35, 'expected 1 to 35'),
});

const airflow = z.strictObject({
  version: z.string().regex(/^3\.\d+\.\d+$/, 'expected a version of Airflow that MWAA offers, such as 3.2.1'),
  environmentClass: z.enum(Object.keys(tasksPerWorker) as [keyof typeof tasksPerWorker]),
  minWorkers: z.number().int().min(1).max(25),
  maxWorkers: z.number().int().min(1).max(25),
  /** Who reaches the web server: anybody, who must then sign in to AWS; or the VPC only. */
  webServer: z.enum(['public', 'private']),
  /** The first year that the schedule catches up with once the DAG is switched on. */
  firstYear: z.number().int().min(1987).max(2100),
  /** Pods of a task at once, over all runs, where it is not what `dags/settings.json` says. */
  podsAtOnce: z.partialRecord(
    z.enum(Object.keys(dag.tasks) as [keyof typeof dag.tasks]),
    z.number().int().min(1).max(50),
  ),
});

const flights = z.strictObject({
  /** `anomaly_score` from which on a day is an anomaly. */
  anomalyThreshold: z.coerce
    // `pulumi config set` makes a text of a number with a point.
    .number('expected a number, like 3.1')
    .positive('expected a number above 0, like 3.1'),
  /**
   * Where people open charts and reports: of something that serves the bucket's `plots/` and `reports/`, which the stack does
   * not make (docs/deployment.md, "Charts and reports"); null: nowhere but in the S3 console.
   */
  publicBaseUrl: z
    .string()
    // It becomes part of a dataset's SQL; so it is no more than what charts/superset/set_up.py takes.
    .refine((text) => /^https?:\/\/[\w.-]+(:\d+)?(\/[\w.~/-]*)?$/.test(text) && URL.canParse(text), {
      error: 'expected an address like https://host/folder',
    })
    .nullable(),
});

const superset = z.strictObject({
  replicas: z.number().int().min(1).max(10),
  /** null: no load balancer; Superset is reached by `kubectl port-forward`. */
  loadBalancer: z
    .strictObject({
      scheme: z.enum(['internal', 'internet-facing']),
      /** Of AWS Certificate Manager, in the same region. */
      certificateArn: z
        .string({ error: 'is missing: passwords do not travel in clear; set one, or loadBalancer to null' })
        .regex(/^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/, 'expected the ARN of a certificate in ACM'),
      /** The name that the certificate is for; its DNS record is yours to make. */
      host: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'expected a host name such as delays.example.com'),
      allowedCidrs: z.array(cidr).min(1, 'expected at least one range'),
    })
    .nullable(),
});

const alerts = z.strictObject({
  /** Where alarms and notices of runs go; null: nowhere by e-mail. */
  email: z.email().nullable(),
  /** Of all in the account that carries the stack's tags; null: no budget. */
  monthlyBudgetDollars: z.number().positive().nullable(),
});

const schema = z
  .strictObject({
    /**
     * `on`: neither the database nor the data bucket can be destroyed. `lifted`: they can, on purpose (docs/deployment.md,
     * "Remove it"); the database leaves a final snapshot. `none`: they go with the stack, and nothing stays.
     */
    protection: z.enum(['on', 'lifted', 'none']),
    /** How long logs are kept. */
    logDays: days,
    images,
    network,
    cluster,
    database,
    airflow,
    flights,
    superset,
    alerts,
    stack: z
      .string()
      .regex(
        /^(?=.{2,12}$)[a-z](-?[a-z0-9])+$/,
        'expected a letter and 1 to 11 letters or digits, small, with single hyphens between: it is part of names',
      ),
    region,
  })
  .superRefine(({ stack, region, protection, network, cluster, database, airflow, superset }, context) => {
    const fault = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (stack === 'prod' && protection === 'none') {
      fault(['protection'], 'prod needs protection: "on"; to remove the stack, "lifted"');
    }
    for (const zone of network.zones) {
      if (!new RegExp(`^${region}[a-z]$`).test(zone)) {
        fault(['network', 'zones'], `"${zone}" is no zone of ${region}; expected two such as ${region}a`);
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
        'expected at least a tenth more than storageGibibytes: RDS asks for it',
      );
    }
    if (airflow.maxWorkers < airflow.minWorkers) fault(['airflow', 'maxWorkers'], 'expected at least minWorkers');
    const pods = Object.entries(dag.tasks).map(([task, { at_once }]) => airflow.podsAtOnce[task as Task] ?? at_once);
    const tasks = pods.reduce((sum, count) => sum + count, 0);
    const places = airflow.minWorkers * tasksPerWorker[airflow.environmentClass];
    if (places < tasks) {
      // A worker that is taken away when there is less to do would take the tasks that wait for their pods with it.
      fault(
        ['airflow', 'minWorkers'],
        `${tasks} tasks may wait for their pods at once, but the workers that always run take ${places}; expected more of them, or fewer podsAtOnce`,
      );
    }
    const certificate = superset.loadBalancer?.certificateArn;
    if (certificate && certificate.split(':')[3] !== region) {
      fault(
        ['superset', 'loadBalancer', 'certificateArn'],
        `is of another region; a load balancer takes those of ${region}`,
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
