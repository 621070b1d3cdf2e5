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

const SERVED: readonly Operation[] = [
  ...["rr", "wrr", "lc", "wlc"].map((scheduler): Operation => {
    return { kind: "add-service", service: WEB, options: { ...OPTIONS, scheduler } };
  }),
  { kind: "add-service", service: { ...WEB, protocol: "udp" }, options: OPTIONS },
  { kind: "add-service", service: { ...WEB, address: "2001:db8::1" }, options: OPTIONS },
  { kind: "add-service", service: { kind: "mark", mark: 7, family: 6 }, options: OPTIONS },
  {
    kind: "edit-service",
    service: WEB,
    options: {
      ...OPTIONS,
      onePacket: true,
      schedulerFlags: 7,
      persistence: { seconds: 300, mask: "255.255.255.0" },
    },
  },
  ...(["dr", "tun", "nat"] as const).map((method): Operation => {
    const server = { address: "2001:db8::12", port: 80 };
    return { kind: "add-server", service: WEB, server, options: { ...DR, method } };
  }),
  { kind: "clear" },
  { kind: "delete-service", service: { ...WEB, protocol: "sctp" } },
];

test("what is served passes", () => {
  for (const operation of SERVED) assert.equal(sentence(operation), "", JSON.stringify(operation));
});

test("what is not served is named, with the option that asks for it", () => {
  const sctp: ServiceId = { ...WEB, protocol: "sctp" };
  assert.equal(withService(sctp), "SCTP (--sctp-service) is not supported yet");
  const server = { address: "192.168.150.12", port: 80 };
  assert.match(sentence({ kind: "add-server", service: sctp, server, options: DR }), /^SCTP/);
  assert.match(withService(WEB, { engine: "sip" }), /^A persistence engine \(--pe\)/);
});

test("what IPVS does not know either is left to the rules", () => {
  assert.equal(withService(WEB, { scheduler: "nosuch" }), "");
  assert.equal(withService(WEB, { engine: "nosuch" }), "");
});
