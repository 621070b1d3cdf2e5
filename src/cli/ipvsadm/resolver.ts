import type { Protocol } from "../../state/rule.ts";

/**
 * The names of hosts and services, both ways. ipvsadm asks for IPv4 hosts only (gethostbyname(3),
 * gethostbyaddr(3), getservbyname(3), getservbyport(3)); undefined stands for "not found".
 */
export interface Resolver {
  addressOf(host: string): Promise<string | undefined>;
  hostOf(address: string): Promise<string | undefined>;
  portOf(service: string, protocol: Protocol): number | undefined;
  serviceOf(port: number, protocol: Protocol): string | undefined;
}
