import type { LimitRange, ResourceQuota } from 'kubernetes-types/core/v1.d.ts';
import { cleanUpSize } from './clean-up.ts';
import type { TaskSize } from './dag-settings.ts';

interface Size {
  cpuMillicores: number;
  memoryMebibytes: number;
}

/**
 * What all pods together may take: as many pods of each task as flight_delays lets run at once, and one more of each: for a
 * pod that is still ending when its successor starts, and for flight_delays_so_far, whose runs have one pod at a time. A quota
 * that is too small fails tasks. Pods that have ended do not count.
 */
export function capacity(namespace: string, tasks: Record<string, TaskSize>): [ResourceQuota, LimitRange] {
  const sizes = Object.values(tasks).map((task) => ({ count: task.at_once + 1, ...parseSize(task) }));
  const all = [...sizes, { count: 1, ...parseSize(cleanUpSize) }];
  const total = quantities({
    cpuMillicores: sum(all.map(({ count, cpuMillicores }) => count * cpuMillicores)),
    memoryMebibytes: sum(all.map(({ count, memoryMebibytes }) => count * memoryMebibytes)),
  });
  const largest = quantities({
    cpuMillicores: Math.max(...all.map(({ cpuMillicores }) => cpuMillicores)),
    memoryMebibytes: Math.max(...all.map(({ memoryMebibytes }) => memoryMebibytes)),
  });
  return [
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'pods', namespace },
      spec: {
        hard: {
          pods: `${sum(all.map(({ count }) => count))}`,
          'requests.cpu': total.cpu,
          'requests.memory': total.memory,
          'limits.cpu': total.cpu,
          'limits.memory': total.memory,
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'containers', namespace },
      spec: { limits: [{ type: 'Container', max: largest, default: cleanUpSize, defaultRequest: cleanUpSize }] },
    },
  ];
}

/** @throws Error for quantities that are not like `250m`, `2`, `512Mi` or `1Gi` */
function parseSize({ cpu, memory }: Pick<TaskSize, 'cpu' | 'memory'>): Size {
  const [, cpuNumber, milli] = /^(\d+)(m?)$/.exec(cpu) ?? [];
  const [, memoryNumber, unit] = /^(\d+)(Mi|Gi)$/.exec(memory) ?? [];
  if (!cpuNumber) throw new Error(`cpu "${cpu}": expected cores like 2, or thousandths like 250m`);
  if (!memoryNumber) throw new Error(`memory "${memory}": expected Mi or Gi, like 512Mi or 1Gi`);
  return {
    cpuMillicores: Number(cpuNumber) * (milli ? 1 : 1000),
    memoryMebibytes: Number(memoryNumber) * (unit === 'Gi' ? 1024 : 1),
  };
}

/** Quantities in the form in which Kubernetes writes them, so that equal ones are not taken for a change. */
function quantities({ cpuMillicores, memoryMebibytes }: Size): { cpu: string; memory: string } {
  return {
    cpu: cpuMillicores % 1000 === 0 ? `${cpuMillicores / 1000}` : `${cpuMillicores}m`,
    memory: memoryMebibytes % 1024 === 0 ? `${memoryMebibytes / 1024}Gi` : `${memoryMebibytes}Mi`,
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
