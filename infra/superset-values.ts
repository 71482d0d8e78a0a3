import { emptySecretName, supersetName, supersetPort } from './manifests/superset.ts';

/** What Superset's processes have to know; charts/superset/superset_config.py tells what each means. */
export interface SupersetSettings {
  /** `repository@sha256:…` */
  image: string;
  region: string;
  replicas: number;
  /** Of the flights, as `viewer`, and of its own tables. */
  databaseUrl: string;
  ownDatabaseUrl: string;
  /** Where people open it. */
  url: string;
  secretKeyArn: string;
  adminPasswordArn: string;
}

/** The user that the image is made for. */
const user = 1000;

/**
 * Values of Superset's official chart: our image with its own configuration, no Redis, no workers, no secrets. What the chart
 * generates as configuration is not read, since the image's SUPERSET_CONFIG_PATH names its own.
 */
export function supersetValues(settings: SupersetSettings): Record<string, any> {
  const { image, region, replicas, databaseUrl, ownDatabaseUrl, url, secretKeyArn, adminPasswordArn } = settings;
  const [repository, digest] = image.split('@sha256:');
  const noPrivileges = {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const health = (failureThreshold: number) => ({
    httpGet: { path: '/health', port: 'http' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold,
  });
  // Two of them are not on one node, if there is another.
  const spread = [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { app: supersetName, release: supersetName } },
    },
  ];
  const off = { replicas: { enabled: true, replicaCount: 0 }, initContainers: [] };
  return {
    fullnameOverride: supersetName,
    // The chart joins the two by a colon: a digest is then one, too.
    image: { repository: `${repository}@sha256`, tag: digest, pullPolicy: 'IfNotPresent' },
    runAsUser: user,
    serviceAccount: { create: false },
    serviceAccountName: 'superset',
    secretEnv: { create: false },
    envFromSecret: emptySecretName,
    extraEnv: {
      SUPERSET_URL: url,
      DATABASE_URL: databaseUrl,
      SUPERSET_DATABASE_URL: ownDatabaseUrl,
      DATABASE_AUTH: 'iam',
      SECRET_KEY_SECRET: secretKeyArn,
      ADMIN_PASSWORD_SECRET: adminPasswordArn,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    },
    bootstrapScript: '#!/bin/sh\n',
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
    service: { type: 'ClusterIP', port: supersetPort },
    ingress: { enabled: false },
    supersetNode: {
      replicas: { enabled: true, replicaCount: replicas },
      command: ['/usr/bin/run-server.sh'],
      topologySpreadConstraints: spread,
      initContainers: [],
      containerSecurityContext: noPrivileges,
      // A start costs 10 to 80 s.
      startupProbe: health(30),
      readinessProbe: health(3),
      livenessProbe: health(6),
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
    },
    init: {
      enabled: true,
      loadExamples: false,
      createAdmin: false,
      command: ['python', '/app/delaywatch/set_up.py'],
      initContainers: [],
      containerSecurityContext: noPrivileges,
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
    },
    // It cannot be left out, only be none.
    supersetWorker: off,
    supersetCeleryBeat: { enabled: false },
    supersetCeleryFlower: { enabled: false },
    supersetWebsockets: { enabled: false },
    postgresql: { enabled: false },
    redis: { enabled: false },
  };
}
