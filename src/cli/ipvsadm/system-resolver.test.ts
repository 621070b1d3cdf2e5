import assert from "node:assert/strict";
import { test } from "node:test";
import { parseServices, systemResolver } from "./system-resolver.ts";

const FILE = `
# name port/protocol aliases
http\t80/tcp\twww  # World Wide Web
http-alt 8080/tcp webcache
other 80/tcp
domain 53/udp
broken line
`;

test("parseServices() takes names, aliases and the first name of a port", () => {
  const { ports, names } = parseServices(FILE);
  assert.deepEqual(
    [ports.get("http/tcp"), ports.get("www/tcp"), ports.get("http/udp")],
    [80, 80, undefined],
  );
  assert.deepEqual(
    [names.get("80/tcp"), names.get("53/udp"), names.get("53/tcp")],
    ["http", "domain", undefined],
  );
});

test("a host without /etc/services has numbers for ports", () => {
  const resolver = systemResolver("/nonexistent/services");
  assert.equal(resolver.portOf("http", "tcp"), undefined);
  assert.equal(resolver.serviceOf(80, "tcp"), undefined);
});

test("localhost is known both ways", async () => {
  const resolver = systemResolver();
  assert.equal(await resolver.addressOf("localhost"), "127.0.0.1");
  assert.equal(await resolver.hostOf("127.0.0.1"), "localhost");
  assert.equal(await resolver.addressOf("no.such.host.invalid"), undefined);
});
