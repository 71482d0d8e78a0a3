import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as pulumi from '@pulumi/pulumi';
import * as runtime from '@pulumi/pulumi/runtime/index.js';
import { parse } from 'yaml';
import { clusterInputs } from './eks-component.ts';
import { answer, idOf, stateOf } from './fake-aws.ts';

/** A resource as the engine would be asked for it. */
export interface Declared {
  name: string;
  type: string;
  /** The inputs as the provider would get them. Secrets have the form that `isSecret` recognises. */
  inputs: Record<string, any>;
  /** `type name` of what the engine is told that it depends on: by option, by an input, as its provider or as its parent. */
  dependsOn: string[];
  parent: string | undefined;
  protect: boolean;
  options: pulumi.CustomResourceOptions;
}

/** What a stack of the program would make. */
export interface Program {
  resources: Declared[];
  outputs: Record<string, unknown>;
  /** The one of a type and name. */
  find(type: string, name?: string): Declared;
  all(type: string): Declared[];
  /** Whether `later` is made after `earlier`, and so destroyed before it. */
  isAfter(later: Declared, earlier: Declared): boolean;
}

export type StackName = 'dev' | 'prod';
type Section = Record<string, unknown>;

/** What an engine of ours is asked to make, as @pulumi/pulumi hands it over. */
type Asked = runtime.MockResourceArgs;

const root = fileURLToPath(new URL('../..', import.meta.url));
const componentType = 'eks:index:Cluster';
const clusterType = 'aws:eks/cluster:Cluster';
const secretMark = '4dabf18193072939515e22adb298388d';
export function isSecret(value: any): boolean {
  return value?.[secretMark] !== undefined;
}

/** The settings of a committed stack: section by section, as they are in the file. */
export function committedConfig(stack: StackName): Record<string, any> {
  return parse(readFileSync(`${root}/Pulumi.${stack}.yaml`, 'utf8')).config;
}

/** The same with what has to be set before the stack is made. */
export function completeConfig(stack: StackName): Record<string, any> {
  const config = committedConfig(stack);
  if (stack === 'prod') config['delaywatch:cluster'].publicAccessCidrs = ['203.0.113.7/32'];
  return config;
}

let runs = 0;

/**
 * Run the program as Pulumi does, with an engine that makes nothing.
 * @param change settings instead of those of `completeConfig`, by section
 * @param call what AWS answers
 */
export async function runProgram(
  stack: StackName,
  change: Record<string, Section | string> = {},
  call = answer,
): Promise<Program> {
  const config = completeConfig(stack);
  for (const [key, value] of Object.entries(change)) {
    config[key] = typeof value === 'string' ? value : { ...config[key], ...value };
  }
  runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
  );
  const declared = new Map<string, Declared>();
  await runtime.setMocks(
    {
      newResource: async (asked) => {
        const { type, name, inputs, custom } = asked;
        const found = declared.get(`${type} ${name}`);
        if (found) found.inputs = inputs;
        if (type === componentType) {
          const cluster = declared.get(clusterOf(found!)[0])!;
          return { id: '', state: await makeCluster(asked, found!, cluster) };
        }
        if (custom === false) return { id: '', state: inputs };
        return { id: idOf(type, name), state: stateOf(type, name, inputs) };
      },
      call: ({ token, inputs }) => call(token, inputs),
    },
    'delaywatch',
    stack,
    false,
  );
  noteDependencies(declared);
  const exports = await runtime.runInPulumiStack(async () => {
    runtime.registerStackTransformation(({ type, name, opts }) => {
      // A reference to a resource that is declared elsewhere.
      if (opts.urn) return undefined;
      const key = `${type} ${name}`;
      if (declared.has(key)) throw new Error(`${key} is declared twice`);
      declared.set(key, {
        name,
        type,
        inputs: {},
        dependsOn: [],
        parent: opts.parent && keyOf(opts.parent),
        protect: false,
        options: opts,
      });
      if (type === componentType) declared.set(...clusterOf(declared.get(key)!));
      return undefined;
    });
    // The address is another one each time, since a module runs only once.
    return await import(`../../infra/index.ts?run=${(runs += 1)}`);
  });
  await runtime.disconnect();
  const outputs = await Promise.all(
    Object.entries(exports as object).map(async ([name, value]) => [name, await plain(value)] as const),
  );
  return programOf(declared, Object.fromEntries(outputs));
}

/** The cluster that the component of @pulumi/eks makes, in a process of its own. `makeCluster` fills in its inputs. */
function clusterOf({ type, name }: Declared): [key: string, cluster: Declared] {
  const parent = `${type} ${name}`;
  const child = `${name}-eksCluster`;
  return [
    `${clusterType} ${child}`,
    { name: child, type: clusterType, inputs: {}, dependsOn: [parent], parent, protect: false, options: {} },
  ];
}

/**
 * Do as the component does.
 * @returns its outputs
 */
async function makeCluster({ type, name, inputs, transforms = [] }: Asked, component: Declared, cluster: Declared) {
  let props = clusterInputs(name, inputs, await plain(inputs.serviceRole.arn));
  for (const transform of transforms) {
    const changed = await transform({ custom: true, type: clusterType, name: cluster.name, props, opts: {} });
    props = changed?.props ?? props;
  }
  cluster.inputs = props;
  cluster.protect = component.protect;
  const id = idOf(clusterType, cluster.name);
  const state = stateOf(clusterType, cluster.name, props) as any;
  const urn = `urn:pulumi:${pulumi.getStack()}::delaywatch::${type}$${clusterType}::${cluster.name}`;
  // The outputs make the program's references to the resource resolve.
  (runtime.getMonitor() as any).resources.set(urn, { urn, id, state });
  return {
    eksCluster: { [runtime.specialSigKey]: runtime.specialResourceSig, urn, id },
    clusterSecurityGroupId: state.vpcConfig.clusterSecurityGroupId,
  };
}

/** The engine is told of dependencies apart from inputs and options, and orders creation and removal by them alone. */
function noteDependencies(declared: Map<string, Declared>): void {
  const monitor = runtime.getMonitor() as any;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: any, done: unknown) => {
    // A provider is written as URN::ID.
    const provider = request.getProvider().split('::').slice(0, 4).join('::');
    const urns: string[] = [...request.getDependenciesList(), request.getParent(), provider];
    const found = declared.get(`${request.getType()} ${request.getName()}`);
    if (found) {
      found.dependsOn = urns.filter(Boolean).map(keyOfUrn);
      // A resource also inherits the protection of its parent.
      found.protect = request.getProtect() === true;
    }
    return register(request, done);
  };
}

/** urn:pulumi:STACK::PROJECT::PARENTS$TYPE::NAME */
function keyOfUrn(urn: string): string {
  const [, , types, ...name] = urn.split('::');
  return `${types!.split('$').at(-1)} ${name.join('::')}`;
}

function keyOf(resource: pulumi.Resource): string {
  const { __pulumiType, __name } = resource as unknown as { __pulumiType: string; __name: string };
  return `${__pulumiType} ${__name}`;
}

async function plain(value: unknown): Promise<unknown> {
  return await new Promise((resolve) => (pulumi.output(value) as pulumi.Output<unknown>).apply(resolve));
}

function programOf(declared: Map<string, Declared>, outputs: Record<string, unknown>): Program {
  const resources = [...declared.values()];
  const all = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    resources,
    outputs,
    all,
    find: (type, name) => {
      const found = all(type).filter((resource) => name === undefined || resource.name === name);
      if (found.length !== 1) throw new Error(`${found.length} of ${type} ${name ?? ''}; expected one`);
      return found[0];
    },
    isAfter: (later, earlier) => {
      const seen = new Set<Declared>();
      const queue = [later];
      for (let next = queue.pop(); next; next = queue.pop()) {
        if (next === earlier) return true;
        if (seen.has(next)) continue;
        seen.add(next);
        queue.push(...next.dependsOn.flatMap((key) => declared.get(key) ?? []));
      }
      return false;
    },
  };
}
