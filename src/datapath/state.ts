import { IPPROTO_TCP, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "./protocol.ts";

/**
 * The states of a connection and how packets move them (xdp/state.h): the tables of the kernel's
 * net/netfilter/ipvs/ip_vs_proto_tcp.c. UDP has the one state, and templates have two.
 */
export const State = {
  NONE: 0,
  ESTABLISHED: 1,
  SYN_SENT: 2,
  SYN_RECV: 3,
  FIN_WAIT: 4,
  TIME_WAIT: 5,
  CLOSE: 6,
  CLOSE_WAIT: 7,
  LAST_ACK: 8,
  LISTEN: 9,
  SYNACK: 10,
  UDP: 16,
  /** A persistence template: IP_VS_CTPL_S_NONE. */
  TEMPLATE: 17,
  /** A template that has controlled an established connection: IP_VS_CTPL_S_ASSURED. */
  ASSURED: 18,
  /** Not a flow: where the replies to a NAT connection of a mark find it. */
  REVERSE: 19,
} as const;

export type State = (typeof State)[keyof typeof State];

const NAMES = new Map<number, string>(Object.entries(State).map(([name, state]) => [state, name]));

/** IPVS's own name of a state, as in /proc/net/ip_vs_conn. */
export function stateName(state: number): string {
  if (state === State.TEMPLATE) return "NONE";
  return NAMES.get(state) ?? `state ${state}`;
}

/** Seconds that an entry lives in each state without a packet: tcp_timeouts, udp_timeouts. */
export const DEFAULT_TIMEOUTS: ReadonlyMap<number, number> = new Map([
  [State.NONE, 2],
  [State.ESTABLISHED, 900],
  [State.SYN_SENT, 120],
  [State.SYN_RECV, 60],
  [State.FIN_WAIT, 120],
  [State.TIME_WAIT, 120],
  [State.CLOSE, 10],
  [State.CLOSE_WAIT, 60],
  [State.LAST_ACK, 30],
  [State.LISTEN, 120],
  [State.SYNACK, 120],
  [State.UDP, 300],
]);

/** States that count as ActiveConn: tcp_state_active_table. A half-open connection is one. */
export function stateIsActive(state: number): boolean {
  return (
    state === State.ESTABLISHED ||
    state === State.SYN_SENT ||
    state === State.SYN_RECV ||
    state === State.SYNACK
  );
}

/** States that a new flow may take the entry of when its buckets are full. */
export function stateIsClosing(state: number): boolean {
  return (
    state === State.NONE ||
    state === State.FIN_WAIT ||
    state === State.TIME_WAIT ||
    state === State.CLOSE ||
    state === State.CLOSE_WAIT ||
    state === State.LAST_ACK
  );
}

/** Persistence templates, which are no flows and age by their service's timeout. */
export function stateIsTemplate(state: number): boolean {
  return state === State.TEMPLATE || state === State.ASSURED;
}

type TcpEvent = "syn" | "fin" | "ack" | "rst";

/** tcp_state_idx(): RST before SYN before FIN before ACK. */
function tcpEvent(flags: number): TcpEvent | undefined {
  if (flags & TCP_RST) return "rst";
  if (flags & TCP_SYN) return "syn";
  if (flags & TCP_FIN) return "fin";
  if (flags & TCP_ACK) return "ack";
  return undefined;
}

/**
 * Which way a packet goes and what else the director sees of its connection: the packets of a
 * client whose server answers through the director, those answers, or the packets of a client
 * whose server answers it directly.
 */
export type Direction = "input" | "output" | "input-only";

const ES = State.ESTABLISHED;
const SS = State.SYN_SENT;
const SR = State.SYN_RECV;
const FW = State.FIN_WAIT;
const TW = State.TIME_WAIT;
const CL = State.CLOSE;
const CW = State.CLOSE_WAIT;
const LA = State.LAST_ACK;
const LI = State.LISTEN;
const SA = State.SYNACK;

type Table = Readonly<Record<TcpEvent, readonly State[]>>;

// biome-ignore format: a table is read by its columns.
const TABLES: Readonly<Record<Direction, Table>> = {
  input: {
    //     NO  ES  SS  SR  FW  TW  CL  CW  LA  LI  SA
    syn: [ SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SR ],
    fin: [ CL, CW, SS, TW, TW, TW, CL, CW, LA, LI, TW ],
    ack: [ ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES ],
    rst: [ CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, SR ],
  },
  output: {
    syn: [ SS, ES, SS, SR, SS, SS, SS, SS, SS, LI, SR ],
    fin: [ TW, FW, SS, TW, FW, TW, CL, TW, LA, LI, TW ],
    ack: [ ES, ES, SS, ES, FW, TW, CL, CW, LA, ES, ES ],
    rst: [ CL, CL, SS, CL, CL, TW, CL, CL, CL, CL, CL ],
  },
  "input-only": {
    syn: [ SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SR ],
    fin: [ CL, FW, SS, TW, FW, TW, CL, CW, LA, LI, TW ],
    ack: [ ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES ],
    rst: [ CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL ],
  },
};

// biome-ignore format: a table is read by its columns.
/** tcp_states_dos: what is stricter with secure_tcp. */
const SECURE_TABLES: Readonly<Record<Direction, Table>> = {
  input: {
    //     NO  ES  SS  SR  FW  TW  CL  CW  LA  LI  SA
    syn: [ SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SA ],
    fin: [ CL, CW, SS, TW, TW, TW, CL, CW, LA, LI, SA ],
    ack: [ ES, ES, SS, SR, FW, TW, CL, CW, CL, LI, SA ],
    rst: [ CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL ],
  },
  output: {
    ...TABLES.output,
    syn: [ SS, ES, SS, SA, SS, SS, SS, SS, SS, LI, SA ],
  },
  "input-only": {
    ...TABLES["input-only"],
    syn: [ SA, ES, ES, SR, SA, SA, SA, SA, SA, SA, SA ],
  },
};

export interface Segment {
  readonly protocol: number;
  readonly tcpFlags: number;
  readonly direction: Direction;
  /** IPVS secure_tcp is in force. */
  readonly secure: boolean;
}

export function nextState(segment: Segment, state: number): number {
  if (segment.protocol !== IPPROTO_TCP) return State.UDP;
  const event = tcpEvent(segment.tcpFlags);
  // A segment with none of the four flags closes: ip_vs_proto_tcp.c set_tcp_state().
  if (event === undefined) return State.CLOSE;
  const tables = segment.secure ? SECURE_TABLES : TABLES;
  return tables[segment.direction][event][state & 15] ?? State.NONE;
}
