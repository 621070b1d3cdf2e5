import { equal, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { Decapsulator } from "./decapsulator.ts";
import { indexOf, inNamespace, ip } from "./namespace.fixture.ts";

const noKernel = process.getuid?.() === 0 ? false : "loading BPF programs needs root";
const NAME = `test-${process.pid}`;
const PINS = `/sys/fs/bpf/weir-real-server/${NAME}`;
const CONFIGURATION = {
  ipip: true,
  gre: false,
  guePort: 6080,
  directors: ["10.0.0.1"],
  vips: ["2001:db8::100"],
};

function pinned(): Decapsulator {
  const program = Decapsulator.pinned(NAME);
  ok(program.ok, program.ok ? "" : program.fault.message);
  return program.value;
}

test("what is pinned works on, is found again, and goes whole", { skip: noKernel }, async () => {
  await inNamespace(() => {
    try {
      ip("link", "add", "eth0", "type", "veth", "peer", "eth1");
      ip("link", "set", "eth0", "up");
      const first = pinned();
      first.tables.write(CONFIGURATION);
      ok(first.attach(indexOf("eth0")).ok);
      first.close();

      const second = pinned();
      equal(JSON.stringify(second.tables.read()), JSON.stringify(CONFIGURATION));
      equal(second.attachments().length, 1);
      ok(ip("link", "show", "eth0").includes("xdp"));
      // A second one on the same interface is no second one.
      ok(second.attach(indexOf("eth0")).ok);
      ok(second.remove().ok);
      equal(ip("link", "show", "eth0").includes("xdp"), false);
      equal(existsSync(PINS), false);
      equal(Decapsulator.find(NAME), undefined);
    } finally {
      Decapsulator.forget(NAME);
    }
  });
});

test("forget() takes the program off at once, also where half of it is gone", {
  skip: noKernel,
}, async () => {
  await inNamespace(() => {
    try {
      ip("link", "add", "eth0", "type", "veth", "peer", "eth1");
      const program = pinned();
      ok(program.attach(indexOf("eth0")).ok);
      program.close();
      Decapsulator.forget(NAME);
      equal(ip("link", "show", "eth0").includes("xdp"), false);
      Decapsulator.forget(NAME);
      equal(existsSync(PINS), false);
    } finally {
      Decapsulator.forget(NAME);
    }
  });
});
