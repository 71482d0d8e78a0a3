import { z } from 'zod';

const labels = z.record(z.string(), z.string()).default({});
const none = z.array(z.never()).default([]);

/**
 * The parts of a pod's manifest that matter here. Security contexts, volumes, resources and node selectors mean nothing for a
 * local process and are ignored. A manifest that would run more than its one container is refused.
 */
const manifest = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Pod'),
  metadata: z.looseObject({
    name: z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/),
    namespace: z.string().optional(),
    labels,
    annotations: labels,
  }),
  spec: z.looseObject({
    serviceAccountName: z.string().default('default'),
    activeDeadlineSeconds: z.number().int().positive().optional(),
    terminationGracePeriodSeconds: z.number().int().nonnegative().default(30),
    restartPolicy: z.literal('Never'),
    initContainers: none,
    containers: z.tuple([
      z.looseObject({
        name: z.string(),
        image: z.string(),
        command: z.array(z.string()).default([]),
        args: z.array(z.string()).default([]),
        env: z.array(z.strictObject({ name: z.string(), value: z.string().default('') })).default([]),
        envFrom: z.array(z.strictObject({ configMapRef: z.object({ name: z.string() }) })).default([]),
        terminationMessagePolicy: z.enum(['File', 'FallbackToLogsOnError']).default('File'),
      }),
    ]),
  }),
});

export type Manifest = z.infer<typeof manifest>;

/** @throws Error that names the fields which are wrong, or which a local process cannot honour */
export function parseManifest(body: unknown): Manifest {
  const result = manifest.safeParse(body);
  if (result.success) return result.data;
  throw new Error(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
