import { runtime } from '@pulumi/pulumi';

/**
 * Mark all that AWS lets mark, for the bill and for whoever looks around in the account. A resource's inputs tell whether
 * it takes tags: the SDK names all that there may be, given or not.
 */
export function tagAll(tags: Record<string, string>): void {
  runtime.registerStackTransformation(({ type, props, opts }) => {
    if (!type.startsWith('aws:') || !('tags' in props)) return undefined;
    return { props: { ...props, tags: { ...tags, ...props.tags } }, opts };
  });
}
