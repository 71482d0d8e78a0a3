import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import * as grpc from '@grpc/grpc-js';
import { answer, idOf, stateOf } from './fake-aws.ts';

const require = createRequire(import.meta.url);
const messages = require('@pulumi/pulumi/proto/provider_pb.js');
const pluginMessages = require('@pulumi/pulumi/proto/plugin_pb.js');
const { ResourceProviderService } = require('@pulumi/pulumi/proto/provider_grpc_pb.js');
const { Empty } = require('google-protobuf/google/protobuf/empty_pb.js');
const { Struct } = require('google-protobuf/google/protobuf/struct_pb.js');

/** What Pulumi's engine has had done. */
export interface Deed {
  deed: 'create' | 'update' | 'delete';
  type: string;
  name: string;
}

/** A provider of resources that makes nothing, for Pulumi's engine: it keeps no state but a list of what it was asked for. */
export interface ProviderServer {
  port: number;
  deeds: Deed[];
  /** Resources whose creation fails, as `type name`. */
  failing: Set<string>;
  stop(): void;
}

/** Inputs whose change replaces a resource, by its type, as the real providers have them. */
const fixed: Record<string, RegExp> = {
  'kubernetes:batch/v1:Job': /./,
  'aws:ec2/vpc:Vpc': /^cidrBlock$/,
  'aws:ec2/subnet:Subnet': /^(vpcId|availabilityZone|cidrBlock)$/,
  'aws:eks/cluster:Cluster': /^kubernetesNetworkConfig$/,
  'aws:mwaa/environment:Environment': /^networkConfiguration$/,
};

type Call = { request: any };
type Done = (error: object | null, answer?: object) => void;

export async function startProviderServer(): Promise<ProviderServer> {
  const deeds: Deed[] = [];
  const failing = new Set<string>();
  const note = (deed: Deed['deed'], urn: string) => deeds.push({ deed, ...partsOf(urn) });
  const check = ({ request }: Call, done: Done) => {
    const response = new messages.CheckResponse();
    response.setInputs(request.getNews());
    done(null, response);
  };
  const server = new grpc.Server();
  server.addService(ResourceProviderService, {
    attach: (_: Call, done: Done) => done(null, new Empty()),
    cancel: (_: Call, done: Done) => done(null, new Empty()),
    getPluginInfo: (_: Call, done: Done) => {
      const info = new pluginMessages.PluginInfo();
      info.setVersion('999.0.0');
      done(null, info);
    },
    checkConfig: check,
    diffConfig: (_: Call, done: Done) => done(null, new messages.DiffResponse()),
    configure: (_: Call, done: Done) => done(null, new messages.ConfigureResponse()),
    check,
    diff: ({ request }: Call, done: Done) => {
      const [olds, news] = [
        (request.getOldInputs() ?? request.getOlds()).toJavaScript(),
        request.getNews().toJavaScript(),
      ];
      const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
        (key) => !key.startsWith('__') && canonical(olds[key]) !== canonical(news[key]),
      );
      // Like the real provider, build at every `up` if the base images are to be pulled.
      if (news.pull && news.push) changed.push('contextHash');
      const response = new messages.DiffResponse();
      const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
      response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList(changed);
      const isFixed = fixed[partsOf(request.getUrn()).type];
      if (isFixed) response.setReplacesList(changed.filter((key) => isFixed.test(key)));
      done(null, response);
    },
    create: ({ request }: Call, done: Done) => {
      const { type, name } = partsOf(request.getUrn());
      if (failing.has(`${type} ${name}`)) {
        done({ code: grpc.status.UNKNOWN, details: `${name} cannot be made today` });
        return;
      }
      note('create', request.getUrn());
      const inputs = request.getProperties().toJavaScript();
      const response = new messages.CreateResponse();
      response.setId(idOf(type, name));
      response.setProperties(Struct.fromJavaScript(outputsOf(type, name, inputs)));
      done(null, response);
    },
    update: ({ request }: Call, done: Done) => {
      note('update', request.getUrn());
      const { type, name } = partsOf(request.getUrn());
      const response = new messages.UpdateResponse();
      response.setProperties(Struct.fromJavaScript(outputsOf(type, name, request.getNews().toJavaScript())));
      done(null, response);
    },
    read: ({ request }: Call, done: Done) => {
      const response = new messages.ReadResponse();
      response.setId(request.getId());
      response.setProperties(request.getProperties());
      response.setInputs(request.getInputs());
      done(null, response);
    },
    delete: ({ request }: Call, done: Done) => {
      note('delete', request.getUrn());
      done(null, new Empty());
    },
    invoke: ({ request }: Call, done: Done) => {
      const response = new messages.InvokeResponse();
      response.setReturn(Struct.fromJavaScript(answer(request.getTok(), request.getArgs().toJavaScript())));
      done(null, response);
    },
  } as any);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, deeds, failing, stop: () => server.forceShutdown() };
}

/** urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME */
function partsOf(urn: string): { type: string; name: string } {
  const [, , types, ...name] = urn.split('::');
  return { type: types.split('$').at(-1)!, name: name.join('::') };
}

function outputsOf(type: string, name: string, inputs: Record<string, any>): Record<string, any> {
  // The digest changes with the sources, like that of a real image.
  const digest = `sha256:${createHash('sha256').update(`${inputs.tags}`).digest('hex')}`;
  const state = { ...stateOf(type, name, inputs), ...(type.startsWith('docker-build:') && { digest }) };
  return JSON.parse(JSON.stringify(state));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
