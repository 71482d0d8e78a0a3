import type { Config } from './config.ts';
import { pagesLocalPort } from './manifests/pages.ts';

/**
 * Where people open reports, charts and exports: at the address in the settings, or else at the load balancer, or else
 * by `kubectl port-forward`.
 */
export function publicBaseUrl({ flights, superset }: Pick<Config, 'flights' | 'superset'>): string {
  const { loadBalancer } = superset;
  return (
    flights.publicBaseUrl ?? (loadBalancer ? `https://${loadBalancer.host}` : `http://localhost:${pagesLocalPort}`)
  );
}
