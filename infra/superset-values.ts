import { restrictedContainer, restrictedPod } from './manifests/restricted.ts';
import { emptySecretName, supersetName, supersetPort } from './manifests/superset.ts';

/**
 * The official chart, for Superset 6.1. Not each of its releases gets into its repository's index; this one is seen to be pulled
 * from there. Later ones only declare the chart deprecated (docs/decisions/0020-superset-by-its-chart.md).
 */
export const supersetChart = { name: 'superset', repository: 'https://apache.github.io/superset', version: '0.22.4' };

/** Environment of Superset's processes. charts/superset/superset_config.py explains each variable. */
export interface SupersetSettings {
  /** `repository@sha256:…` */
  image: string;
  region: string;
  replicas: number;
  /** Address of the flights, as role `viewer`, and of Superset's own tables. */
  databaseUrl: string;
  ownDatabaseUrl: string;
  /** Where people open it. */
  url: string;
  /** Where people open charts and reports; null: the dashboard has no links to them. */
  publicBaseUrl: string | null;
  secretKeyArn: string;
  adminPasswordArn: string;
}

/** The user that the image is made for. */
const user = 1000;
/** What the image's processes write to; the rest of it is only read. */
const writable = { temporary: { path: '/tmp', size: '1Gi' }, home: { path: '/app/superset_home', size: '4Gi' } };

/**
 * Values for Superset's official chart: our image with its own configuration, no Redis, no workers, no secrets. The chart merges
 * them into its defaults, key by key. It still generates a configuration of its own, in a Secret that no pod mounts.
 */
export function supersetValues(settings: SupersetSettings): Record<string, any> {
  const { image, region, replicas, databaseUrl, ownDatabaseUrl, url, publicBaseUrl } = settings;
  const { secretKeyArn, adminPasswordArn } = settings;
  const [repository, digest] = image.split('@sha256:');
  // The chart accepts only a user for a whole pod here.
  const { runAsNonRoot, seccompProfile } = restrictedPod;
  const noPrivileges = { ...restrictedContainer, runAsNonRoot, seccompProfile };
  const health = (failureThreshold: number) => ({
    httpGet: { path: '/health', port: 'http' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold,
  });
  // Two pods are not on the same node if there is another node.
  const spread = [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: {
        matchLabels: {
          'app.kubernetes.io/name': supersetChart.name,
          'app.kubernetes.io/instance': supersetName,
          'app.kubernetes.io/component': 'web',
        },
      },
    },
  ];
  return {
    fullnameOverride: supersetName,
    // The chart joins repository and tag by a colon, which gives `repository@sha256:HASH`.
    image: { repository: `${repository}@sha256`, tag: digest, pullPolicy: 'IfNotPresent' },
    runAsUser: user,
    serviceAccount: { create: false },
    serviceAccountName: 'superset',
    secretEnv: { create: false },
    configFromSecret: emptySecretName,
    envFromSecret: emptySecretName,
    extraEnv: {
      SUPERSET_URL: url,
      ...(publicBaseUrl && { PUBLIC_BASE_URL: publicBaseUrl }),
      DATABASE_URL: databaseUrl,
      SUPERSET_DATABASE_URL: ownDatabaseUrl,
      DATABASE_AUTH: 'iam',
      SECRET_KEY_SECRET: secretKeyArn,
      ADMIN_PASSWORD_SECRET: adminPasswordArn,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    },
    extraVolumes: Object.entries(writable).map(([name, { size }]) => ({ name, emptyDir: { sizeLimit: size } })),
    extraVolumeMounts: Object.entries(writable).map(([name, { path }]) => ({ name, mountPath: path })),
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
      // A start takes 10 to 80 s.
      startupProbe: health(30),
      readinessProbe: health(3),
      livenessProbe: health(6),
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
    },
    init: {
      enabled: true,
      // The set-up runs before the servers, unlike in the chart's defaults, so that a failed set-up leaves running servers alone.
      // The chart has made nothing by then, so the service account and the Secret of the Job come from elsewhere.
      jobAnnotations: {
        'helm.sh/hook': 'pre-install,pre-upgrade',
        'helm.sh/hook-delete-policy': 'before-hook-creation',
      },
      loadExamples: false,
      createAdmin: false,
      command: ['python', '/app/delaywatch/set_up.py'],
      initContainers: [],
      containerSecurityContext: noPrivileges,
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } },
    },
    // The chart always makes this Deployment, so it gets no pods. The namespace still checks its containers.
    supersetWorker: {
      replicas: { enabled: true, replicaCount: 0 },
      initContainers: [],
      containerSecurityContext: noPrivileges,
    },
    supersetCeleryBeat: { enabled: false },
    supersetCeleryFlower: { enabled: false },
    supersetWebsockets: { enabled: false },
    postgresql: { enabled: false },
    redis: { enabled: false },
  };
}
