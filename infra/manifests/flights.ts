import type { ConfigMap, Namespace, ServiceAccount } from 'kubernetes-types/core/v1.d.ts';
import type { SettingName } from '../../tasks/settings.ts';
import { airflowRights } from './airflow-rights.ts';
import { capacity } from './capacity.ts';
import { cleanUp } from './clean-up.ts';
import type { DagSettings } from './dag-settings.ts';
import { type Network, networkPolicies } from './network-policies.ts';

/** Any object of Kubernetes, as plain data. */
export interface Manifest {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string; namespace?: string };
}

export interface FlightsSettings {
  dag: DagSettings;
  /** The settings of all commands (README, "Settings"). They can be read in the cluster: no passwords. */
  environment: { [Name in SettingName | `AWS_${string}`]?: string };
  network: Network;
}

/**
 * All that the tasks' pods need in a cluster, in the order in which it has to be applied.
 * @throws Error when a password is among the settings
 */
export function flightsManifests({ dag, environment, network }: FlightsSettings): Manifest[] {
  const { namespace } = dag;
  return [
    podNamespace(namespace),
    serviceAccount(namespace, 'acquire'),
    serviceAccount(namespace, 'pipeline'),
    serviceAccount(namespace, 'tell'),
    settings(dag, environment),
    ...airflowRights(namespace),
    ...capacity(namespace, dag.tasks),
    ...networkPolicies(namespace, network),
    ...cleanUp(dag),
  ];
}

/** A namespace that takes only pods that meet `restricted`. */
export function podNamespace(name: string): Namespace {
  const labels = Object.fromEntries(
    ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
  );
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** An identity in AWS (EKS Pod Identity), of no rights in the cluster: its pods have no token for it. */
export function serviceAccount(namespace: string, name: string): ServiceAccount {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace },
    automountServiceAccountToken: false,
  };
}

function settings(dag: DagSettings, environment: FlightsSettings['environment']): ConfigMap {
  if (environment.DATABASE_URL && URL.parse(environment.DATABASE_URL)?.password) {
    throw new Error('DATABASE_URL contains a password; expected none, since a ConfigMap is not secret: use IAM');
  }
  const data = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: dag.config_map, namespace: dag.namespace }, data };
}
