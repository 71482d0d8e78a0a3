import type { Provider } from '@pulumi/kubernetes';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  CustomResource,
  type Input,
  type Resource,
} from '@pulumi/pulumi';
import type { Manifest } from './manifests/flights.ts';

export interface KubernetesObjectsArgs<Name extends string> {
  provider: Provider;
  /** The objects, in the order in which they are applied, and in whose reverse they are removed. */
  build: (values: Record<Name, string>) => Manifest[];
  /** Texts in them that only AWS knows, once it has made something. */
  values?: Record<Name, Input<string>>;
  /** Resources that must exist before the objects, and are removed after them. */
  after?: Resource[];
}

/**
 * Makes the Kubernetes objects that the pure functions in `manifests/` describe. Each value that is known only during `up` is
 * built in as a marker and replaced afterwards, so that a preview shows everything except the texts with such a value.
 */
export class KubernetesObjects<Name extends string = never> extends ComponentResource {
  constructor(name: string, args: KubernetesObjectsArgs<Name>, options?: ComponentResourceOptions) {
    super('delaywatch:KubernetesObjects', name, {}, options);
    const { provider, build, after = [] } = args;
    const values: Record<string, Input<string>> = args.values ?? {};
    const marked = Object.fromEntries(Object.keys(values).map((value) => [value, mark(value)]));
    let before = after;
    for (const manifest of build(marked as Record<Name, string>)) {
      const { apiVersion, kind, metadata } = manifest;
      const object = new KubernetesObject(
        `kubernetes:${apiVersion!.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`,
        `${name}-${kind}-${metadata!.name}`,
        fill(manifest, values) as Manifest,
        { parent: this, provider, dependsOn: before },
      );
      before = [object];
    }
    this.registerOutputs({});
  }
}

/** The SDK's class of each kind does just this. */
class KubernetesObject extends CustomResource {}

/** A text that occurs in no manifest otherwise. */
function mark(value: string): string {
  return `\u{1}${value}\u{1}`;
}

/** The same data with values in the place of their marks. */
function fill(data: unknown, values: Record<string, Input<string>>): unknown {
  if (typeof data === 'string') {
    const names = Object.keys(values).filter((value) => data.includes(mark(value)));
    if (names.length === 0) return data;
    return all(names.map((value) => values[value])).apply((known) =>
      names.reduce((text, value, index) => text.replaceAll(mark(value), known[index]), data),
    );
  }
  if (Array.isArray(data)) return data.map((item) => fill(item, values));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fill(value, values)]));
}
