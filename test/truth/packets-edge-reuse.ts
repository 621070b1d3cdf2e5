import assert from "node:assert/strict";
import type { ConnectionEntry } from "../../src/state/connections.ts";
import { readU16 } from "../../src/wire/bytes.ts";
import { segment } from "./client.ts";
import type { Director } from "./director.ts";
import { describeEndpoint, describeExpiry } from "./entry.ts";
import type { Item } from "./packets-edge-capture.ts";
import { type Beat, NAT_SERVER } from "./packets-edge-hosts.ts";

/** The section of packets-edge.txt in which one port opens connection after connection. */

export type Listing = Extract<Item, { kind: "listing" }>;

export function isReuse({ line }: Listing): boolean {
  return line.startsWith("S -> ");
}

/** "DR, conn_reuse_mode=1": the commands before the listing tell. */
export function reuseName(items: readonly Item[], item: Item): string {
  const before = items.slice(0, items.indexOf(item)).map((each) => {
    return each.kind === "command" ? each.text : "";
  });
  const mode = before.findLast((command) => command.includes("conn_reuse_mode"))!;
  const nat = before.at(-1)!.endsWith(" -m");
  return `${nat ? "NAT" : "DR"}, ${mode.split("net.ipv4.vs.")[1]}`;
}

/** Where it lies in a frame without IP options. */
const SOURCE_PORT = 34;

/** "S -> SYN_RECV 00:59 192.168.150.98:80, A -> … | …, |": four times the packets of the beat. */
export function holdReuse(director: Director, { line }: Listing, { frames }: Beat): void {
  const port = readU16(frames[0]!, SOURCE_PORT);
  const entryOf = () => director.connections().find(({ client }) => client.port === port)!;
  const rounds = Array.from({ length: 4 }, () => {
    return ["S", "A", "FA"].map((flags, i) => {
      if (flags === "FA") closeServerSide(director, port, entryOf());
      const { verdict, reason } = director.receive(frames[i]!);
      assert.ok(verdict === "tx" || verdict === "redirect", reason);
      director.pause(0.03);
      const entry = entryOf();
      const to = describeEndpoint(entry.destination);
      return `${flags} -> ${entry.state} ${describeExpiry(entry)} ${to}`;
    });
  });
  assert.equal(`${rounds.map((round) => round.join(", ")).join(" | ")}, |`, line);
}

/** A NAT server answers the SYN and closes, before the client does. */
function closeServerSide(director: Director, port: number, { destination }: ConnectionEntry): void {
  if (!destination.address.startsWith("10.0.0.")) return;
  const server = { ...NAT_SERVER, address: destination.address };
  for (const flags of ["SA", "FA"]) {
    const { verdict, reason } = director.receive(
      segment(server, { port: 80, virtualPort: port, flags }),
      2,
    );
    assert.equal(verdict, "redirect", reason);
  }
  director.pause(0.03);
}
