import type { Operation, ServerId, ServiceId } from "../../src/state/rule.ts";

/** Real servers of each service. */
export const SERVERS_EACH = 2;
/** Hosts that the real servers are on: services share them, as where there are thousands. */
export const HOSTS = 200;
export const VIP_NETWORK = "10.20.0.0/16";
export const OWN_ADDRESS = "10.1.0.1/16";
const PORT = 80;

/** The n-th host of real servers, 0 to HOSTS - 1. */
export function hostAddress(n: number): string {
  return `10.1.1.${n + 1}`;
}

/** What `ipvsadm -R` reads: so many services by wlc with their servers by direct routing. */
export function rulesText(services: number): string {
  const lines: string[] = [];
  for (let n = 0; n < services; n++) {
    const vip = `${vipOf(n)}:${PORT}`;
    lines.push(`-A -t ${vip} -s wlc`);
    for (const { address, port } of serversOf(n)) {
      lines.push(`-a -t ${vip} -r ${address}:${port} -g -w 1`);
    }
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** The lines that `ipvsadm -Ln` has of them: three of titles, one of each service and server. */
export function listedLines(services: number): number {
  return 3 + services * (1 + SERVERS_EACH);
}

/** Another weight for one server of the n-th service, as arguments and as an operation. */
export function editOf(n: number, weight: number) {
  const { address, port } = serversOf(n)[0]!;
  const args = ["-e", "-t", `${vipOf(n)}:${PORT}`, "-r", `${address}:${port}`, "-g"];
  const service: ServiceId = { kind: "address", protocol: "tcp", address: vipOf(n), port: PORT };
  const operation: Operation = {
    kind: "edit-server",
    service,
    server: { address, port },
    options: { method: "dr", weight, upperThreshold: 0, lowerThreshold: 0 },
  };
  return { args: [...args, "-w", String(weight)], operation };
}

function vipOf(n: number): string {
  return `10.20.${Math.floor(n / 250)}.${(n % 250) + 1}`;
}

function serversOf(n: number): ServerId[] {
  return Array.from({ length: SERVERS_EACH }, (_, i) => ({
    address: hostAddress((SERVERS_EACH * n + i) % HOSTS),
    port: PORT,
  }));
}
