import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as aws from '@pulumi/aws';
import * as docker from '@pulumi/docker-build';
import { ComponentResource, type ComponentResourceOptions, interpolate, type Output, secret } from '@pulumi/pulumi';
import { copyContext } from './build-context.ts';
import type { Config } from './config.ts';
import type { Content } from './content-hash.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where the contexts of builds are, below the root. */
const contexts = 'node_modules/.cache/delaywatch';
/** The root, seen from where Pulumi runs program and provider; a path of this machine would be a change on the next. */
const rootOfProvider = '..';
export interface ImagesArgs {
  /** Name of the deployment. The names of its repositories begin with it. */
  name: string;
  config: Config['images'];
}

/**
 * Number of images that are kept. It is large enough that a digest in use stays, however often one deploys during a run.
 */
const keptImages = 60;
/** What has no tag is no image of ours: an attestation that a builder pushed, or what a cut-off push left. */
const keptUntaggedDays = 1;

/** What an image is made of: the folder of its context, and a Dockerfile in it. */
interface Source extends Omit<Content, 'root'> {
  context: string;
  dockerfile: string;
}

export const sources = {
  tasks: {
    context: '.',
    dockerfile: 'tasks/Dockerfile',
    paths: ['package.json', 'package-lock.json', '.npmrc', '.dockerignore', 'LICENSE', 'NOTICE', 'tasks', 'charts'],
    except: ['charts/superset'],
  },
  superset: {
    context: 'charts/superset',
    dockerfile: 'Dockerfile',
    paths: ['.'],
    except: ['make-outlines.ts', '__pycache__'],
  },
} satisfies Record<string, Source>;

/**
 * The images of the tasks' pods and of Superset: built here for the nodes' processors and kept in the account's registry.
 * A tag is a day and the hash of what an image is made of. Nothing is built again without need; with another day in
 * `images.asOf` everything is, since base images and packages are mended without a change of ours. An image is used by its
 * digest.
 */
export class Images extends ComponentResource {
  /** `repository@sha256:…` */
  readonly tasks: Output<string>;
  readonly superset: Output<string>;

  constructor(name: string, args: ImagesArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Images', name, {}, options);
    this.tasks = this.image('tasks', args);
    this.superset = this.image('superset', args);
    this.registerOutputs({ tasks: this.tasks, superset: this.superset });
  }

  private image(label: keyof typeof sources, { name: prefix, config: { asOf } }: ImagesArgs): Output<string> {
    const repository = new aws.ecr.Repository(
      `images-${label}`,
      {
        name: `${prefix}/${label}`,
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: 'AES256' }],
        // All images in the repository can be built again.
        forceDelete: true,
      },
      { parent: this },
    );
    const lifecycle = new aws.ecr.LifecyclePolicy(
      `images-${label}`,
      {
        repository: repository.name,
        policy: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              description: `the last ${keptImages}`,
              selection: {
                tagStatus: 'tagged',
                tagPatternList: ['*'],
                countType: 'imageCountMoreThan',
                countNumber: keptImages,
              },
              action: { type: 'expire' },
            },
            {
              rulePriority: 2,
              description: 'what no tag names',
              selection: {
                tagStatus: 'untagged',
                countType: 'sinceImagePushed',
                countUnit: 'days',
                countNumber: keptUntaggedDays,
              },
              action: { type: 'expire' },
            },
          ],
        }),
      },
      { parent: this },
    );
    const { dockerfile, context, ...content }: Source = sources[label];
    const copy = copyContext(join(root, contexts), label, { root: join(root, context), ...content });
    const location = posix.join(rootOfProvider, contexts, copy.name);
    const tag = `${asOf}-${copy.hash}`;
    const { userName, password } = aws.ecr.getAuthorizationTokenOutput(
      { registryId: repository.registryId },
      { parent: this },
    );
    const image = new docker.Image(
      `images-${label}`,
      {
        context: { location },
        dockerfile: { location: posix.join(location, dockerfile) },
        platforms: ['linux/amd64'],
        // No `pull`: with it the provider builds at every `up`, and an immutable tag takes no second build. A builder asks
        // the registry for a base image all the same, unless somebody pulled it by hand.
        buildArgs: { CODE_VERSION: tag, AS_OF: asOf },
        tags: [interpolate`${repository.repositoryUrl}:${tag}`],
        push: true,
        buildOnPreview: false,
        // The token is valid for twelve hours.
        registries: [{ address: repository.repositoryUrl, username: userName, password: secret(password) }],
      },
      { parent: this, dependsOn: [lifecycle] },
    );
    return interpolate`${repository.repositoryUrl}@${image.digest}`;
  }
}
