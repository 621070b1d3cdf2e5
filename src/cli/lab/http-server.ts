/**
 * The web server of a lab's real server: `node http-server.ts ADDRESS PORT` answers every request with
 * "from ADDRESS". It holds as many connections as its limit of open files allows, and closes none.
 */
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { argv, exit, stderr } from "node:process";

const BACKLOG = 16_384;
const [address, port] = argv.slice(2);

if (address === undefined || port === undefined) {
  stderr.write("http-server: give an address and a port, for example 192.168.150.12 80\n");
  exit(2);
}

// listen(2): the backlog is cut to the namespace's own limit. tcp_max_syn_backlog is its half-open twin.
writeFileSync("/proc/sys/net/core/somaxconn", String(BACKLOG));
writeFileSync("/proc/sys/net/ipv4/tcp_max_syn_backlog", String(BACKLOG));

const server = createServer((_request, response) => {
  response.setHeader("Content-Type", "text/plain");
  response.end(`from ${address}\n`);
});
server.keepAliveTimeout = 0;
server.headersTimeout = 0;
server.requestTimeout = 0;
server.timeout = 0;
server.listen({ host: "0.0.0.0", port: Number(port), backlog: BACKLOG });
