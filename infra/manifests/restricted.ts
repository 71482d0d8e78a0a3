/** What a namespace of level `restricted` asks of a pod; the user is that of the tasks' image. */
export const restrictedPod = {
  runAsNonRoot: true,
  runAsUser: 10001,
  runAsGroup: 10001,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** And of each container, on a root that it cannot write to. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
};
