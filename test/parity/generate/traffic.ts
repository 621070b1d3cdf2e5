import type { Random } from "../../../src/base/random.ts";
import type { Server } from "../../../src/state/rule.ts";
import { frame } from "../../../src/wire/frame.ts";
import { TCP_FLAGS, type TcpFlag } from "../../../src/wire/tcp.ts";
import { DIRECTOR_MAC } from "../machine.ts";
import { generateAnswer, generateError } from "./answers.ts";
import { CLIENT_MAC } from "./network.ts";
import { extensions, fragmentsOf } from "./pieces.ts";
import { type AddressId, generateAddressId } from "./services.ts";

/** A client's conversation with a service, or with none. */
export interface Flow {
  readonly client: string;
  readonly clientPort: number;
  readonly service: AddressId;
}

/** How a scenario's clients behave, so that one floods and another talks. All from 0 to 1. */
export interface Habits {
  /** How often a packet is of a flow that was not there before. */
  readonly fresh: number;
  /** How often a segment opens, closes, resets; the rest acknowledges. */
  readonly syn: number;
  readonly fin: number;
  readonly rst: number;
  /** How often flags come in combinations that no host sends. */
  readonly odd: number;
  readonly large: number;
  /** How often a datagram comes in pieces. */
  readonly fragmented: number;
  /** How often a server answers, and how often an ICMP error comes. */
  readonly answered: number;
  readonly failed: number;
}

export function generateHabits(random: Random): Habits {
  return {
    fresh: random.pick([0.02, 0.1, 0.3, 0.8]),
    syn: random.pick([0.05, 0.2, 0.5, 0.95]),
    fin: random.pick([0.02, 0.2]),
    rst: random.pick([0.01, 0.1]),
    odd: random.pick([0, 0.05, 0.3]),
    large: random.pick([0, 0.1, 0.4]),
    fragmented: random.pick([0, 0.02, 0.1]),
    answered: random.pick([0, 0.1, 0.4]),
    failed: random.pick([0, 0.02, 0.2]),
  };
}

const FLOWS_MAX = 60;
/** Addresses that no ICMP error may be sent to (RFC 1122 section 3.2.2). */
const NOT_ONE_HOST = ["0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "255.255.255.255"];
const NOT_ONE_HOST6 = ["::", "::1", "ff02::1"];
const ODD_TTLS = [0, 1, 2, 255];

/** Clients that come back: their flows are remembered and go on. */
export class Traffic {
  readonly #random: Random;
  readonly #habits: Habits;
  /** Services that packets ask for; some exist, some do not. */
  readonly #services: () => readonly AddressId[];
  readonly #servers: (service: AddressId) => readonly Server[];
  readonly #flows: Flow[] = [];
  #fragments: Uint8Array[] = [];
  #answering: readonly Server[] = [];

  constructor(
    random: Random,
    habits: Habits,
    services: () => readonly AddressId[],
    servers: (service: AddressId) => readonly Server[],
  ) {
    this.#random = random;
    this.#habits = habits;
    this.#services = services;
    this.#servers = servers;
  }

  /** The next frame that comes in. */
  next(): Uint8Array {
    // Fragments come in a row, but others come between them, and some are lost.
    if (this.#fragments.length > 0 && this.#random.chance(0.8)) return this.#fragments.shift()!;
    if (this.#random.chance(this.#habits.fragmented) && this.#flows.length > 0) {
      this.#fragments = fragmentsOf(this.#random, this.#random.pick(this.#flows));
    }
    const back = this.#back();
    if (back !== undefined) return back;
    const known = this.#flows.length > 0 && !this.#random.chance(this.#habits.fresh);
    if (known) return this.#frame(this.#random.pick(this.#flows), false);
    const flow = this.#flow();
    if (this.#flows.length < FLOWS_MAX) this.#flows.push(flow);
    else this.#flows[this.#random.integer(FLOWS_MAX)] = flow;
    return this.#frame(flow, true);
  }

  /** What comes back of a flow, if something does now. */
  #back(): Uint8Array | undefined {
    const { answered, failed } = this.#habits;
    const random = this.#random;
    if (this.#flows.length === 0) return undefined;
    const flow = random.pick(this.#flows);
    // Servers do not fall silent when their rules are gone.
    const servers = this.#servers(flow.service);
    if (servers.length > 0) this.#answering = servers;
    if (this.#answering.length === 0) return undefined;
    const server = random.pick(this.#answering);
    if (random.chance(answered)) return generateAnswer(random, flow, server);
    return random.chance(failed) ? generateError(random, flow, server) : undefined;
  }

  /** A SYN of a flow that is known, perhaps. */
  opening(): Uint8Array {
    const flow = this.#flows.length > 0 ? this.#random.pick(this.#flows) : this.#flow();
    return this.#build(flow, ["syn"]);
  }

  #flow(): Flow {
    const random = this.#random;
    const services = this.#services();
    const stray = services.length === 0 || random.chance(0.04);
    const asked = stray ? generateAddressId(random) : random.pick(services);
    // A service of every port is asked for on some.
    const service = asked.port === 0 ? { ...asked, port: random.pick([21, 80, 5060]) } : asked;
    return {
      client: this.#client(service.address),
      clientPort: random.chance(0.1) ? random.integer(0x10000) : 40000 + random.integer(50),
      service,
    };
  }

  #client(address: string): string {
    const random = this.#random;
    const host = random.integer(40);
    if (address.includes(":")) {
      if (random.chance(0.02)) return random.pick(NOT_ONE_HOST6);
      return random.chance(0.5) ? `2001:db8:1::${host}` : `2001:db8:1:${host}::1`;
    }
    return random.chance(0.02) ? random.pick(NOT_ONE_HOST) : `198.51.100.${host}`;
  }

  #frame(flow: Flow, first: boolean): Uint8Array {
    const { syn, fin, rst, odd } = this.#habits;
    const random = this.#random;
    if (random.chance(odd)) {
      return this.#build(
        flow,
        TCP_FLAGS.filter(() => random.chance(0.35)),
      );
    }
    if (first && !random.chance(0.08)) return this.#build(flow, ["syn"]);
    if (random.chance(rst)) return this.#build(flow, ["rst"]);
    if (random.chance(fin)) return this.#build(flow, ["fin", "ack"]);
    if (random.chance(syn)) return this.#build(flow, ["syn"]);
    return this.#build(flow, random.chance(0.3) ? ["psh", "ack"] : ["ack"]);
  }

  #build({ client, clientPort, service }: Flow, flags: readonly TcpFlag[]): Uint8Array {
    const random = this.#random;
    const ports = { sourcePort: clientPort, destinationPort: service.port };
    const transport =
      service.protocol === "udp"
        ? { udp: { ...ports, checksummed: random.chance(0.9) } }
        : { tcp: { ...ports, flags, sequence: random.u32(), acknowledgment: random.u32() } };
    return frame({
      eth: { source: CLIENT_MAC, destination: DIRECTOR_MAC },
      ip: {
        source: client,
        destination: service.address,
        id: random.integer(0x10000),
        trafficClass: random.chance(0.1) ? random.integer(256) : 0,
        ttl: random.chance(0.04) ? random.pick(ODD_TTLS) : random.pick([64, 63, 128]),
        dontFragment: random.chance(0.6),
        ...this.#headers(service),
      },
      ...transport,
      payload: this.#payload(),
    });
  }

  /** IPv4 options, or a flow label and extension headers of IPv6. */
  #headers({ address, protocol }: AddressId) {
    const random = this.#random;
    if (!address.includes(":")) {
      const words = random.chance(0.03) ? 1 + random.integer(10) : 0;
      return { options: new Uint8Array(4 * words).fill(1) };
    }
    const flowLabel = random.chance(0.5) ? 0 : random.integer(1 << 20);
    if (!random.chance(0.1)) return { flowLabel };
    return { flowLabel, extensions: extensions(random, protocol === "udp" ? 17 : 6) };
  }

  #payload(): Uint8Array {
    const random = this.#random;
    if (random.chance(this.#habits.large)) return random.bytes(random.integer(1460));
    return random.chance(0.5) ? NONE : random.bytes(random.integer(40));
  }
}

const NONE = new Uint8Array(0);
