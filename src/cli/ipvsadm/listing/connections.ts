import type { ConnectionEntry } from "../../../daemon/api/director.ts";
import type { Protocol } from "../../../state/rule.ts";
import { columns } from "./format.ts";
import type { EndpointName } from "./names.ts";

const PROTOCOLS: Readonly<Record<string, Protocol>> = { TCP: "tcp", UDP: "udp", SCTP: "sctp" };
const SECONDS_PER_MINUTE = 60;

/** ipvsadm -L -c; with --persistent-conn (`engines`) the persistence engine's name and data too. */
export async function listConnections(
  entries: readonly ConnectionEntry[],
  engines: boolean,
  name: EndpointName,
): Promise<string> {
  const lines = ["IPVS connection entries", titleLine(engines)];
  for (const entry of entries) lines.push(await entryLine(entry, engines, name));
  return lines.map((line) => `${line}\n`).join("");
}

function titleLine(engines: boolean): string {
  const start = columns(["pro", 3], ["expire", 6], ["state", 11], ["source", 18], ["virtual", 18]);
  if (!engines) return `${start} destination`;
  return `${start} ${columns(["destination", 18], ["pe name", 16], ["pe_data", 0])}`;
}

async function entryLine(
  entry: ConnectionEntry,
  engines: boolean,
  name: EndpointName,
): Promise<string> {
  const { protocol, expires, state, client, virtual, destination, engine } = entry;
  const named = ({ address, port }: { address: string; port: number }) =>
    name(address, port, PROTOCOLS[protocol]);
  const start = columns(
    [protocol, 3],
    [minutes(expires), 6],
    [state, 11],
    [await named(client), 18],
    [await named(virtual), 18],
  );
  const end = await named(destination);
  if (!engines || engine === undefined) return `${start} ${end}`;
  // The titles are 18 and 16 columns wide here and the values 16 and 18, as in ipvsadm.
  return `${start} ${columns([end, 16], [engine.name, 18], [engine.data, 0])}`;
}

function minutes(seconds: number): string {
  const whole = Math.floor(seconds / SECONDS_PER_MINUTE);
  return [whole, seconds % SECONDS_PER_MINUTE]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}
