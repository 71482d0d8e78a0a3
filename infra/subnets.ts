import { part } from './cidr.ts';

/** Three tiers, each in as many zones. */
export interface Subnets {
  /** The way out (NAT), and load balancers that the internet reaches. */
  public: Subnet[];
  /** Pods and Airflow. */
  private: Subnet[];
  /** The database: no way out. */
  data: Subnet[];
}

export interface Subnet {
  zone: string;
  cidr: string;
}

/**
 * Divide the addresses of a network: a quarter for the pods of each zone, who need most, a sixteenth for each public subnet
 * and a sixty-fourth for each of the database's. What is left is free for what may come.
 */
export function divide(cidr: string, zones: readonly [string, string]): Subnets {
  const tier = (bits: number, first: number) =>
    zones.map((zone, index) => ({ zone, cidr: part(cidr, bits, first + index) }));
  return { private: tier(2, 0), public: tier(4, 8), data: tier(6, 40) };
}
