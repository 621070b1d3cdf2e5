/**
 * The rules of a director in IPVS's terms: virtual services and their real servers, as `ipvsadm`
 * and the API speak of them. Addresses are text in canonical form (RFC 5952 for IPv6).
 */

export type Protocol = "tcp" | "udp" | "sctp";

/** What a packet must carry to belong to a service: an address and port, or a firewall mark. */
export type ServiceId =
  | {
      readonly kind: "address";
      readonly protocol: Protocol;
      readonly address: string;
      readonly port: number;
    }
  | { readonly kind: "mark"; readonly mark: number; readonly family: 4 | 6 };

/** How packets reach a real server: ipvsadm -g, -i and -m. */
export type ForwardingMethod = "dr" | "tun" | "nat";

export interface Tunnel {
  readonly type: "ipip" | "gre" | "gue";
  /** UDP port of GUE, else 0. */
  readonly port: number;
  readonly checksum: "nocsum" | "csum" | "remcsum";
}

export interface ServiceOptions {
  readonly scheduler: string;
  /**
   * Persistence timeout in seconds and the mask that groups clients: dotted for IPv4, where any 32
   * bits are a mask ("255.0.255.0" too), a prefix length for IPv6 ("64").
   */
  readonly persistence?: { readonly seconds: number; readonly mask: string };
  /** --pe: a persistence engine, which IPVS takes without persistence too. */
  readonly engine?: string;
  /** -o: one-packet scheduling. */
  readonly onePacket: boolean;
  /** -b: bits of flag-1 (1), flag-2 (2) and flag-3 (4). */
  readonly schedulerFlags: number;
}

export interface ServerId {
  readonly address: string;
  readonly port: number;
}

export interface ServerOptions {
  readonly method: ForwardingMethod;
  /** 0 quiesces: connections go on, nothing new comes. */
  readonly weight: number;
  /** Connections at which the server takes no more; 0 for no limit. */
  readonly upperThreshold: number;
  /** Connections below which it takes some again; 0 for three quarters of the upper one. */
  readonly lowerThreshold: number;
  readonly tunnel?: Tunnel;
}

export interface Server extends ServerId, ServerOptions {}

export interface Service extends ServiceOptions {
  readonly id: ServiceId;
  /** In IPVS's own order: the newest first (inventory V-04). */
  readonly servers: readonly Server[];
}

/** Seconds, as `ipvsadm --set tcp tcpfin udp`. */
export interface Timeouts {
  readonly tcp: number;
  readonly tcpFin: number;
  readonly udp: number;
}

export interface Rules {
  /** By serviceName(), in the order in which they were added. */
  readonly services: ReadonlyMap<string, Service>;
  readonly timeouts: Timeouts;
}

/** One change, as `ipvsadm` asks for it. */
export type Operation =
  | { readonly kind: "add-service"; readonly service: ServiceId; readonly options: ServiceOptions }
  | { readonly kind: "edit-service"; readonly service: ServiceId; readonly options: ServiceOptions }
  | { readonly kind: "delete-service"; readonly service: ServiceId }
  | { readonly kind: "clear" }
  | {
      readonly kind: "add-server";
      readonly service: ServiceId;
      readonly server: ServerId;
      readonly options: ServerOptions;
    }
  | {
      readonly kind: "edit-server";
      readonly service: ServiceId;
      readonly server: ServerId;
      readonly options: ServerOptions;
    }
  | { readonly kind: "delete-server"; readonly service: ServiceId; readonly server: ServerId }
  | { readonly kind: "set-timeouts"; readonly timeouts: Timeouts }
  | { readonly kind: "zero"; readonly service?: ServiceId };

/** The name of a service in maps and messages: "tcp 192.168.150.100:80", "mark 7 ipv6". */
export function serviceName(id: ServiceId): string {
  if (id.kind === "mark") return `mark ${id.mark}${id.family === 6 ? " ipv6" : ""}`;
  return `${id.protocol} ${socketAddress(id.address, id.port)}`;
}

/** "192.168.150.12:80", "[2001:db8::1]:80". */
export function socketAddress(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
