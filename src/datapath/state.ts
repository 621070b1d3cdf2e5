import { IPPROTO_TCP, type Packet, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "./packet.ts";

/**
 * The states of a connection and how packets move them (xdp/state.h).
 *
 * TCP as the director of DR sees it, the client's half alone: table INPUT_ONLY of the kernel's
 * net/netfilter/ipvs/ip_vs_proto_tcp.c. UDP has the one state.
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
} as const;

export type State = (typeof State)[keyof typeof State];

const NAMES = new Map<number, string>(Object.entries(State).map(([name, state]) => [state, name]));

/** IPVS's own name of a state, as in /proc/net/ip_vs_conn. */
export function stateName(state: number): string {
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

type TcpEvent = "syn" | "fin" | "ack" | "rst";

/** tcp_state_idx(): RST before SYN before FIN before ACK. */
export function tcpEvent(flags: number): TcpEvent | undefined {
  if (flags & TCP_RST) return "rst";
  if (flags & TCP_SYN) return "syn";
  if (flags & TCP_FIN) return "fin";
  if (flags & TCP_ACK) return "ack";
  return undefined;
}

const ES = State.ESTABLISHED;
const SS = State.SYN_SENT;
const SR = State.SYN_RECV;
const FW = State.FIN_WAIT;
const TW = State.TIME_WAIT;
const CL = State.CLOSE;
const CW = State.CLOSE_WAIT;
const LA = State.LAST_ACK;
const LI = State.LISTEN;

// biome-ignore format: a table is read by its columns.
const INPUT_ONLY: Record<TcpEvent, readonly State[]> = {
  //     NO  ES  SS  SR  FW  TW  CL  CW  LA  LI  SA
  syn: [ SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SR ],
  fin: [ CL, FW, SS, TW, FW, TW, CL, CW, LA, LI, TW ],
  ack: [ ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES ],
  rst: [ CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL ],
};

export function nextState(packet: Packet, state: number): State {
  if (packet.protocol !== IPPROTO_TCP) return State.UDP;
  const event = tcpEvent(packet.tcpFlags);
  // A segment with none of the four flags closes: ip_vs_proto_tcp.c set_tcp_state().
  if (event === undefined) return State.CLOSE;
  return INPUT_ONLY[event][state & 15] ?? State.NONE;
}
