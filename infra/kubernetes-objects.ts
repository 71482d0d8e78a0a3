import type { Provider } from '@pulumi/kubernetes';
import {
  ComponentResource,
  type ComponentResourceOptions,
  CustomResource,
  type Input,
  output,
  type Resource,
} from '@pulumi/pulumi';
import type { Manifest } from './manifests/flights.ts';

export interface KubernetesObjectsArgs<Values> {
  provider: Provider;
  /** The objects, in the order in which they are applied, and in whose reverse they are removed. */
  build: (values: Values) => Manifest[];
  /** What in them only AWS knows, once it has been made. */
  values: { [Name in keyof Values]: Input<Values[Name]> };
  /** Values of the same form: which objects there are, and what they are called, is known before the values are. */
  example: Values;
  /** What has to be there before, and goes after. */
  after?: Resource[];
}

/** Objects of Kubernetes that are plain data elsewhere, where tests apply them, too. */
export class KubernetesObjects<Values extends object> extends ComponentResource {
  constructor(name: string, args: KubernetesObjectsArgs<Values>, options?: ComponentResourceOptions) {
    super('delaywatch:KubernetesObjects', name, {}, options);
    const { provider, build, values, example, after = [] } = args;
    const built = output(values).apply((known) => build(known as Values));
    let before = after;
    for (const [index, outline] of build(example).entries()) {
      const { apiVersion, kind, metadata } = outline;
      const fields = Object.keys(outline).map((field) => [field, built.apply((all) => (all[index] as any)[field])]);
      const object = new KubernetesObject(
        `kubernetes:${apiVersion!.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`,
        `${name}-${kind}-${metadata!.name}`,
        { ...Object.fromEntries(fields), apiVersion, kind },
        { parent: this, provider, dependsOn: before },
      );
      before = [object];
    }
    this.registerOutputs({});
  }
}

/** The SDK has a class for each kind, all of which do just this. */
class KubernetesObject extends CustomResource {}
