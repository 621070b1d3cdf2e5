import { MARKS } from "../datapath/constants.ts";
import { control as controlLayout } from "../datapath/layout.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../datapath/protocol.ts";
import type { View } from "../datapath/tables.ts";
import { formatMapped, mappedBytes } from "../wire/address.ts";
import { MARK_RULES_MAX, type MarkedProtocol, type MarkRule } from "./mark.ts";

/** The names of interfaces, by their index. */
export interface Links {
  readonly links: ReadonlyMap<number, { readonly name: string }>;
}

const PROTOCOLS: Readonly<Record<MarkedProtocol, number>> = { tcp: IPPROTO_TCP, udp: IPPROTO_UDP };

/** An index that no interface has: they are positive ints. */
const NO_INTERFACE = 0xffff_ffff;
/** How much longer the prefixes of IPv4 are in 16-byte form (RFC 4291 section 2.5.5.2). */
const MAPPED_BITS = 96;

/**
 * The rules of `weir mark` in the table `marks`. A new set is written into the half that is not
 * live, and taken by one 4-byte store. Whoever publishes twice lets packets that are under way end
 * between.
 */
export function publishMarks(view: View, rules: readonly MarkRule[], network: Links): void {
  const { control } = view;
  const start = control.get(0, "marks_start") < MARK_RULES_MAX ? MARK_RULES_MAX : 0;
  for (const [at, rule] of rules.entries()) writeRule(view, start + at, rule, network);
  const words = new Uint32Array(view.tables.arrays.control);
  words[controlLayout.fields.marks_start.offset >> 2] = start | (rules.length << 16);
}

/** Interfaces come and go, and come back with another index: each is looked for by its name. */
export function resolveMarks(view: View, network: Links): void {
  for (const at of live(view)) {
    const name = readName(view, at);
    if (name === undefined) continue;
    const index = indexOf(name, network);
    if (view.marks.get(at, "ifindex") !== index) view.marks.set(at, "ifindex", index);
  }
}

/** The rules that are live. */
export function readMarks(view: View): MarkRule[] {
  return live(view).map((at) => readRule(view, at));
}

/** Whether the interface of a live rule is there; of one without an interface it always is. */
export function markInterfaces(view: View): boolean[] {
  return live(view).map((at) => view.marks.get(at, "ifindex") !== NO_INTERFACE);
}

function live({ control }: View): number[] {
  const start = control.get(0, "marks_start");
  const length = Math.min(control.get(0, "marks_count"), MARKS - start);
  return Array.from({ length }, (_, at) => start + at);
}

function writeRule(view: View, at: number, rule: MarkRule, network: Links): void {
  const { marks } = view;
  marks.record(at).fill(0);
  for (const [end, text] of [["source", rule.from] as const, ["destination", rule.to] as const]) {
    const [address, prefix] = text.split("/") as [string, string];
    marks.bytes(at, end).set(mappedBytes(address));
    marks.set(at, `${end}_prefix`, Number(prefix) + (rule.family === 4 ? MAPPED_BITS : 0));
  }
  marks.set(at, "family", rule.family);
  marks.set(at, "protocol", rule.protocol === undefined ? 0 : PROTOCOLS[rule.protocol]);
  marks.set(at, "source_port_first", rule.sourcePorts.first);
  marks.set(at, "source_port_last", rule.sourcePorts.last);
  marks.set(at, "destination_port_first", rule.ports.first);
  marks.set(at, "destination_port_last", rule.ports.last);
  marks.set(at, "mark", rule.mark);
  if (rule.interface === undefined) return;
  marks.bytes(at, "interface").set(Array.from(rule.interface, (letter) => letter.charCodeAt(0)));
  marks.set(at, "ifindex", indexOf(rule.interface, network));
}

function indexOf(name: string, { links }: Links): number {
  for (const [index, link] of links) if (link.name === name) return index;
  return NO_INTERFACE;
}

function readRule(view: View, at: number): MarkRule {
  const { marks } = view;
  const family = marks.get(at, "family") === 4 ? 4 : 6;
  const block = (end: "source" | "destination") => {
    const prefix = marks.get(at, `${end}_prefix`) - (family === 4 ? MAPPED_BITS : 0);
    return `${formatMapped(marks.bytes(at, end))}/${prefix}`;
  };
  const ports = (end: "source" | "destination") => ({
    first: marks.get(at, `${end}_port_first`),
    last: marks.get(at, `${end}_port_last`),
  });
  const number = marks.get(at, "protocol");
  const name = readName(view, at);
  return {
    family,
    from: block("source"),
    to: block("destination"),
    ...(number === 0 ? {} : { protocol: number === IPPROTO_TCP ? "tcp" : "udp" }),
    sourcePorts: ports("source"),
    ports: ports("destination"),
    ...(name === undefined ? {} : { interface: name }),
    mark: marks.get(at, "mark"),
  };
}

function readName(view: View, at: number): string | undefined {
  const bytes = view.marks.bytes(at, "interface").filter((byte) => byte !== 0);
  return bytes.length === 0 ? undefined : String.fromCharCode(...bytes);
}
