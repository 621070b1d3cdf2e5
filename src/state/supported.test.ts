import assert from "node:assert/strict";
import { test } from "node:test";
import type { Operation, ServerOptions, ServiceId, ServiceOptions } from "./rule.ts";
import { checkSupported } from "./supported.ts";

const WEB: ServiceId = { kind: "address", protocol: "tcp", address: "192.168.150.100", port: 80 };
const OPTIONS: ServiceOptions = { scheduler: "rr", onePacket: false, schedulerFlags: 0 };
const DR: ServerOptions = { method: "dr", weight: 1, upperThreshold: 0, lowerThreshold: 0 };

function sentence(operation: Operation): string {
  const result = checkSupported(operation);
  if (result.ok) return "";
  assert.equal(result.fault.code, "NOT_SUPPORTED");
  return result.fault.message;
}

function withService(service: ServiceId, options: Partial<ServiceOptions> = {}): string {
  return sentence({ kind: "edit-service", service, options: { ...OPTIONS, ...options } });
}

function withServer(address: string, method: ServerOptions["method"]): string {
  const server = { address, port: 80 };
  return sentence({ kind: "add-server", service: WEB, server, options: { ...DR, method } });
}

test("what is served passes", () => {
  for (const scheduler of ["rr", "wrr", "lc", "wlc"]) {
    assert.equal(withService(WEB, { scheduler }), "");
  }
  assert.equal(withService({ ...WEB, protocol: "udp" }), "");
  assert.equal(withServer("192.168.150.12", "dr"), "");
  assert.equal(sentence({ kind: "clear" }), "");
  assert.equal(sentence({ kind: "delete-service", service: { ...WEB, protocol: "sctp" } }), "");
});

test("what is not served is named", () => {
  const persistence = { seconds: 300, mask: "255.255.255.255" };
  assert.equal(withServer("192.168.150.12", "nat"), "NAT (-m) is not supported yet");
  assert.equal(withServer("192.168.150.12", "tun"), "Tunnelling (-i) is not supported yet");
  assert.equal(withServer("2001:db8::1", "dr"), "IPv6 (2001:db8::1) is not supported yet");
  assert.match(
    withService({ kind: "mark", mark: 7, family: 4 }),
    /^A firewall mark service \(-f\)/,
  );
  assert.match(withService({ ...WEB, protocol: "sctp" }), /^SCTP/);
  assert.match(withService({ ...WEB, address: "2001:db8::1" }), /^IPv6/);
  assert.match(withService(WEB, { scheduler: "sh" }), /^The scheduler "sh" \(-s\)/);
  assert.match(withService(WEB, { persistence }), /^Persistence \(-p\)/);
  assert.match(withService(WEB, { engine: "sip" }), /^A persistence engine \(--pe\)/);
  assert.match(withService(WEB, { onePacket: true }), /^One-packet scheduling \(-o\)/);
  assert.match(withService(WEB, { schedulerFlags: 1 }), /^A scheduler flag \(-b\)/);
});
