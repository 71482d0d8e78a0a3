import type { CronJob } from 'kubernetes-types/batch/v1.d.ts';
import type { ServiceAccount } from 'kubernetes-types/core/v1.d.ts';
import type { Role, RoleBinding } from 'kubernetes-types/rbac/v1.d.ts';
import type { DagSettings } from './dag-settings.ts';
import { restrictedContainer, restrictedPod } from './restricted.ts';

/** Pods of the tasks are kept for so long, for `kubectl logs`. */
const keptHours = 24;
export const cleanUpName = 'clean-up';
export const cleanUpSize = { cpu: '100m', memory: '128Mi' };

/** Every hour, remove the tasks' pods that have ended a day ago; Kubernetes itself would keep them for ever. */
export function cleanUp(dag: DagSettings): [ServiceAccount, Role, RoleBinding, CronJob] {
  const { namespace, image, node_selector: nodeSelector } = dag;
  const metadata = { name: cleanUpName, namespace };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: cleanUpName },
      subjects: [{ kind: 'ServiceAccount', name: cleanUpName, namespace }],
    },
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata,
      spec: {
        schedule: '17 * * * *',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          spec: {
            backoffLimit: 2,
            activeDeadlineSeconds: 300,
            template: {
              metadata: { labels: { 'app.kubernetes.io/name': cleanUpName } },
              spec: {
                serviceAccountName: cleanUpName,
                automountServiceAccountToken: true,
                enableServiceLinks: false,
                restartPolicy: 'Never',
                nodeSelector,
                securityContext: restrictedPod,
                containers: [
                  {
                    name: 'base',
                    image,
                    command: ['/usr/bin/tini', '--', 'node', 'tasks/clean-up/remove-old-pods.ts'],
                    args: [
                      '--namespace',
                      namespace,
                      '--selector',
                      'app.kubernetes.io/name=delaywatch',
                      '--hours',
                      `${keptHours}`,
                    ],
                    terminationMessagePolicy: 'FallbackToLogsOnError',
                    resources: { requests: cleanUpSize, limits: cleanUpSize },
                    securityContext: restrictedContainer,
                  },
                ],
              },
            },
          },
        },
      },
    },
  ];
}
