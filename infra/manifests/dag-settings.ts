/** What the manifests use of `dags/settings.json`. */
export interface DagSettings {
  image: string;
  namespace: string;
  config_map: string;
  /** Labels of the nodes that the image is built for. */
  node_selector: Record<string, string>;
  tasks: Record<string, TaskSize>;
}

/** How many pods of a task there may be at once, over all runs, and how large one is (Kubernetes' quantities). */
export interface TaskSize {
  at_once: number;
  cpu: string;
  memory: string;
}
