import type { View } from "./tables.ts";
import { readWords, type Words } from "./tuple.ts";

/** RIP, IPv4 mapped. */
export function serverAddress(view: View, server: number): Words {
  const bytes = view.servers.bytes(server, "address");
  return readWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}

/** The port that a server of NAT takes what was sent to this one: its own, or the same. */
export function serverPort(view: View, server: number, virtualPort: number): number {
  const port = view.servers.get(server, "port");
  return port === 0 ? virtualPort : port;
}
