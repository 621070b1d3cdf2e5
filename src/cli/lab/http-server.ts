/**
 * The web server of a lab's real server: `node http-server.ts ADDRESS PORT` answers every request
 * with "from ADDRESS". It holds as many connections as its limit of open files allows, and closes
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

const server = createServer((_request, response) => {
  response.setHeader("Content-Type", "text/plain");
  response.end(`from ${address}\n`);
});
server.keepAliveTimeout = 0;
server.headersTimeout = 0;
server.requestTimeout = 0;
server.timeout = 0;
server.listen({ host: "0.0.0.0", port: Number(port), backlog: BACKLOG });
