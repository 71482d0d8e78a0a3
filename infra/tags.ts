import { runtime } from '@pulumi/pulumi';

/**
 * Add the tags to every resource that can have tags, so that bills and consoles show to what it belongs. The inputs of such a
 * resource have a property `tags`, given or not, since the SDK lists all properties.
 */
export function tagAll(tags: Record<string, string>): void {
  runtime.registerStackTransformation(({ type, props, opts }) => {
    if (!type.startsWith('aws:') || !('tags' in props)) return undefined;
    return { props: { ...props, tags: { ...tags, ...props.tags } }, opts };
  });
}
