// The parts that `pulumi up` makes. docs/architecture.md has a picture of them, and each file says what its part is for.
import * as aws from '@pulumi/aws';
import { getStack, interpolate } from '@pulumi/pulumi';
import { Airflow } from './airflow.ts';
import { Alerts } from './alerts.ts';
import { Cluster } from './cluster.ts';
import { readStackConfig } from './config.ts';
import { Database } from './database.ts';
import { DatabaseRoles } from './database-roles.ts';
import { Entrance } from './entrance.ts';
import { Flights } from './flights.ts';
import { Images } from './images.ts';
import { Network } from './network.ts';
import { Notices } from './notices.ts';
import { Pages } from './pages.ts';
import { Storage } from './storage.ts';
import { Superset } from './superset.ts';
import { tagAll } from './tags.ts';

const config = readStackConfig();
const { region, protection, logDays } = config;
const name = `delaywatch-${getStack()}`;
const { accountId, arn } = await aws.getCallerIdentity();
// EKS knows a session of a role by that role. Defaults, here and below, are for engines without AWS behind them: AWS answers.
const { issuerArn: deployerArn = arn } = await aws.iam.getSessionContext({ arn });
const tags = { Deployment: name, Project: 'delaywatch', ManagedBy: 'pulumi' };
tagAll(tags);
// Each `up` asks for the ranges again, since AWS adds to them.
const { cidrBlocks: s3Cidrs = [] } = await aws.ec2.getPrefixList({ name: `com.amazonaws.${region}.s3` });
const where = { name, region, accountId, logDays };
const protect = protection === 'on';

const network = new Network('network', { ...where, config: config.network });
const storage = new Storage('storage', { protection });
const images = new Images('images', { name, config: config.images });
const notices = new Notices('notices', { name, accountId, email: config.alerts.email });
const cluster = new Cluster('cluster', { ...where, deployerArn, tags, protect, config: config.cluster, network });
const database = new Database('database', {
  ...where,
  protection,
  config: config.database,
  network,
  clientSecurityGroupId: cluster.securityGroupId,
});
const roles = new DatabaseRoles('database-roles', { ...where, config, image: images.tasks, cluster, database });
const flights = new Flights('flights', {
  ...where,
  config,
  image: images.tasks,
  bucket: storage.data,
  cluster,
  database,
  network,
  s3Cidrs,
  topicArn: notices.topicArn,
});
const airflow = new Airflow('airflow', {
  ...where,
  protect,
  config: config.airflow,
  network,
  bucket: storage.dags,
  cluster,
  image: images.tasks,
  topicArn: notices.topicArn,
  dashboardUrl: config.superset.loadBalancer && `https://${config.superset.loadBalancer.host}/`,
  ready: [flights, roles, storage],
});
const superset = new Superset('superset', { region, config, image: images.superset, cluster, database, roles });
const pages = new Pages('pages', {
  region,
  config,
  image: images.tasks,
  bucket: storage.data,
  cluster,
  s3Cidrs,
});
new Entrance('entrance', { config, cluster, pages, superset });
new Alerts('alerts', { name, config, database, airflow, notices });

export const airflowUrl = airflow.url;
export const airflowEnvironment = airflow.environmentName;
export const pagesUrl = pages.url;
export const supersetUrl = superset.url;
export const supersetUser = 'admin';
export const supersetPasswordSecret = roles.adminPasswordArn;
export { region };
export const bucket = storage.data.bucketName;
export const clusterName = cluster.clusterName;
export const kubeconfigCommand = interpolate`aws eks update-kubeconfig --region ${region} --name ${cluster.clusterName}`;
