import { Socket } from "node:net";
import { connect, createSecureContext, type SecureContext } from "node:tls";
import { familyOf } from "../../../wire/address.ts";
import type { TcpOrder } from "../../exchange.ts";
import type { Lifetime } from "./lifetime.ts";

export interface Secured {
  send(bytes: Uint8Array): void;
  destroy(): void;
}

/** One for all: making it reads every root certificate, and none is looked at. */
let context: SecureContext | undefined;

/** Speaks TLS over a connected TCP socket, and closes it in the end. */
export function secure(
  fd: number,
  { serverName }: NonNullable<TcpOrder["tls"]>,
  life: Lifetime,
  connected: () => void,
): Secured {
  context ??= createSecureContext();
  const plain = new Socket({ fd, readable: true, writable: true });
  const secured = connect({
    socket: plain,
    secureContext: context,
    rejectUnauthorized: false,
    ...(mayBeSent(serverName) ? { servername: serverName } : {}),
  });
  let established = false;
  secured.once("secureConnect", () => {
    established = true;
    connected();
    life.connected();
  });
  secured.on("data", (bytes: Buffer) => life.data(Uint8Array.from(bytes)));
  secured.once("end", () => (established ? life.closed() : life.fail(noTls("it hung up"))));
  const failed = (error: Error) =>
    life.fail(established ? { code: "RESET", message: error.message } : noTls(error.message));
  secured.once("error", failed);
  // An error of the socket below comes through the one above as well, and once is enough.
  plain.on("error", () => {});
  secured.once("close", () => life.closed());
  return {
    send: (bytes) => secured.write(bytes),
    destroy() {
      // An error may still be on its way, and one that nobody hears ends the process.
      secured.on("error", () => {});
      secured.destroy();
      plain.destroy();
    },
  };
}

/** RFC 6066 section 3: an address is no name of a server. */
function mayBeSent(serverName: string | undefined): serverName is string {
  return serverName !== undefined && familyOf(serverName) === undefined;
}

function noTls(because: string) {
  return { code: "TLS_FAILED", message: `The other end speaks no TLS: ${because}` } as const;
}
