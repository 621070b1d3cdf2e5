/**
 * The web server of a lab's real server: `node http-server.ts ADDRESS PORT` answers requests with
 * "from ADDRESS". Of /bytes/N it answers so many bytes, and of what it is sent how much it was. It
 * holds as many connections as its limit of open files allows, and closes
 * none.
 */
import { createServer } from "node:http";
import { argv, exit, stderr } from "node:process";

/** Connections that wait to be taken: listen(2) cuts it to net.core.somaxconn. */
const BACKLOG = 16_384;
const [address, port] = argv.slice(2);

if (address === undefined || port === undefined) {
  stderr.write("http-server: give an address and a port, for example 192.168.150.12 80\n");
  exit(2);
}

const server = createServer((request, response) => {
  response.setHeader("Content-Type", "text/plain");
  const asked = /^\/bytes\/(\d{1,8})$/.exec(request.url ?? "")?.[1];
  if (asked !== undefined) response.end(Buffer.alloc(Number(asked), "."));
  else if (request.method === "GET") response.end(`from ${address}\n`);
  else {
    let received = 0;
    request.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    request.on("end", () => response.end(`from ${address}: ${received} bytes\n`));
  }
});
server.keepAliveTimeout = 0;
server.headersTimeout = 0;
server.requestTimeout = 0;
server.timeout = 0;
const host = address.includes(":") ? "::" : "0.0.0.0";
server.listen({ host, port: Number(port), backlog: BACKLOG });
