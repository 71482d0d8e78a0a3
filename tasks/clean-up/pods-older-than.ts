/** The fields of a pod that are read, as in the Kubernetes API. */
export interface Pod {
  metadata: { name: string; uid: string; creationTimestamp: string };
  status: { containerStatuses?: { state: { terminated?: { finishedAt: string | null } } }[] };
}

/**
 * The pods that ended before a moment. One that has not ended, or never began, counts from when it was made: pods of the
 * tasks have deadlines of hours, so it is one that was lost.
 */
export function podsOlderThan(moment: Date, pods: Pod[]): Pod[] {
  return pods.filter(({ metadata, status }) => {
    const ends = (status.containerStatuses ?? []).map(({ state }) => state.terminated?.finishedAt);
    const last = ends.every((end) => end) ? ends.toSorted().at(-1) : undefined;
    return new Date(last ?? metadata.creationTimestamp) < moment;
  });
}
