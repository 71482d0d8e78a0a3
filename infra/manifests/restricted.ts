/** What a namespace of level `restricted` asks of a pod; the user is that of the tasks' image. */
export const restrictedPod = {
  runAsNonRoot: true,
  runAsUser: 10001,
  runAsGroup: 10001,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** Security context of each container. Its root file system is read-only. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
};
