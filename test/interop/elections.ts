import type { Election } from "../lab/ha/election.ts";

/** An election that two implementations take part in, and what one sees of it on the wire. */
export interface Meeting {
  readonly name: string;
  readonly ipv6?: boolean;
  readonly election: Election;
  /** How tcpdump shows the master's advertisements. */
  readonly shown: RegExp;
  /** Whether the one of higher priority takes the VIP back when it returns. */
  readonly returns: boolean;
}

const PASS = ["authentication {", "  auth_type PASS", "  auth_pass 1111", "}"];
const UNICAST = {
  node01: ["unicast_src_ip 192.168.150.11", "unicast_peer {", "  192.168.150.14", "}"],
  node04: ["unicast_src_ip 192.168.150.14", "unicast_peer {", "  192.168.150.11", "}"],
};
const UNICAST_IPV6 = {
  node01: ["unicast_src_ip fd00:150::11", "unicast_peer {", "  fd00:150::14", "}"],
  node04: ["unicast_src_ip fd00:150::14", "unicast_peer {", "  fd00:150::11", "}"],
};
/** Seconds between advertisements: version 2 has whole ones alone (RFC 3768 section 5.3.7). */
const [V2_S, V3_S] = [1, 0.1] as const;

export const MEETINGS: readonly Meeting[] = [
  {
    name: "version 2",
    election: { version: 2, interval: V2_S },
    shown:
      /192\.168\.150\.11 > 224\.0\.0\.18: VRRPv2, .*vrid 51, prio 100, authtype none, intvl 1s/,
    returns: true,
  },
  {
    name: "version 2 with PASS",
    election: { version: 2, interval: V2_S, more: { both: PASS } },
    shown: /192\.168\.150\.11 > 224\.0\.0\.18: VRRPv2, .*prio 100, authtype simple, intvl 1s/,
    returns: true,
  },
  {
    name: "version 2 by unicast",
    election: { version: 2, interval: V2_S, more: UNICAST },
    shown: /192\.168\.150\.11 > 192\.168\.150\.14: VRRPv2, .*prio 100, /,
    returns: true,
  },
  {
    name: "version 3",
    election: { version: 3, interval: V3_S },
    shown: /192\.168\.150\.11 > 224\.0\.0\.18: VRRPv3, .*vrid 51, prio 100, intvl 10cs/,
    returns: true,
  },
  {
    name: "version 3 without preemption",
    election: { version: 3, interval: V3_S, backups: true, more: { both: ["nopreempt"] } },
    shown: /192\.168\.150\.11 > 224\.0\.0\.18: VRRPv3, .*prio 100, intvl 10cs/,
    returns: false,
  },
  {
    name: "version 3 by unicast",
    election: { version: 3, interval: V3_S, more: UNICAST },
    shown: /192\.168\.150\.11 > 192\.168\.150\.14: VRRPv3, .*prio 100, intvl 10cs/,
    returns: true,
  },
  {
    name: "version 3 over IPv6",
    ipv6: true,
    election: { version: 3, interval: V3_S },
    shown: /fe80::11 > ff02::12: VRRPv3, .*vrid 51, prio 100, intvl 10cs/,
    returns: true,
  },
  {
    name: "version 3 over IPv6 without preemption",
    ipv6: true,
    election: { version: 3, interval: V3_S, backups: true, more: { both: ["nopreempt"] } },
    shown: /fe80::11 > ff02::12: VRRPv3, .*vrid 51, prio 100, intvl 10cs/,
    returns: false,
  },
  {
    name: "version 3 over IPv6 by unicast",
    ipv6: true,
    election: { version: 3, interval: V3_S, more: UNICAST_IPV6 },
    shown: /fd00:150::11 > fd00:150::14: VRRPv3, .*vrid 51, prio 100, intvl 10cs/,
    returns: true,
  },
];
