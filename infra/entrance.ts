import { ComponentResource, type ComponentResourceOptions } from '@pulumi/pulumi';
import type { Cluster } from './cluster.ts';
import type { Config } from './config.ts';
import { KubernetesObjects } from './kubernetes-objects.ts';
import { loadBalancerManifests } from './manifests/load-balancer.ts';
import type { Pages } from './pages.ts';
import type { Superset } from './superset.ts';

export interface EntranceArgs {
  config: Config;
  cluster: Cluster;
  pages: Pages;
  superset: Superset;
}

/** The way in from outside of the cluster, by setting: one load balancer for the dashboard and the pages. */
export class Entrance extends ComponentResource {
  constructor(name: string, { config, cluster, pages, superset }: EntranceArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Entrance', name, {}, options);
    const { loadBalancer } = config.superset;
    if (loadBalancer) {
      new KubernetesObjects(
        name,
        {
          provider: cluster.provider,
          build: () => loadBalancerManifests(loadBalancer),
          // With these dependencies, `pulumi destroy` removes the load balancer while its controller and its backends
          // still exist.
          after: [pages, superset],
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
