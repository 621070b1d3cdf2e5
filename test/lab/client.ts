/**
 * A client that holds TCP connections: `node client.ts ADDRESS PORT COUNT`.
 *
 * It opens all connections and says "connected" with its own ports. After that each line that it
 * reads makes it send one request on every connection, and it says who answered once all have; the
 * line "close" closes them, and ends it.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { argv, stdin, stdout } from "node:process";
import { createInterface } from "node:readline";

export interface Connected {
  readonly connected: readonly number[];
}

export interface Answered {
  /** The bodies of the answers, by connection in the order of `connected`. */
  readonly answered: readonly string[];
}

const [address, port, count] = argv.slice(2);
const request = `GET / HTTP/1.1\r\nHost: ${address}\r\n\r\n`;

/** Sends a request and answers the body: the last line of what comes. */
function ask(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (!/\r\n\r\n(?:.*\r\n)?from .*\n/.test(text)) return;
      socket.off("data", take);
      socket.off("error", reject);
      resolve(/from \S+/.exec(text)![0]);
    };
    socket.on("data", take);
    socket.once("error", reject);
    socket.write(request);
  });
}

function say(value: Connected | Answered): void {
  stdout.write(`${JSON.stringify(value)}\n`);
}

const sockets: Socket[] = [];
for (let opened = 0; opened < Number(count); opened++) {
  sockets.push(connect({ host: address!, port: Number(port) }).setNoDelay(true));
}
await Promise.all(sockets.map((socket) => once(socket, "connect")));
say({ connected: sockets.map((socket) => socket.localPort ?? 0) });
for await (const line of createInterface({ input: stdin })) {
  if (line === "close") break;
  say({ answered: await Promise.all(sockets.map(ask)) });
}
// Nobody listens for data any more, and a socket that is not read never hears that it has ended.
for (const socket of sockets) socket.resume().end();
await Promise.all(sockets.map((socket) => once(socket, "close")));
