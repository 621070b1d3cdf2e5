import { equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { HeldAddress } from "../../election-ground.ts";
import { indexOf, inNamespace, ip, testAddon } from "../namespace.fixture.ts";
import { LinuxHeldAddresses } from "./held-addresses.ts";

/** Far beyond the second that the kernel may take longer than it was told. */
const PATIENCE_MS = 15_000;

async function withAddresses(
  body: (held: LinuxHeldAddresses, link: number) => void | Promise<void>,
): Promise<void> {
  await inNamespace(async () => {
    ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
    ip("link", "set", "eth0", "up");
    ip("link", "set", "far", "up");
    const opened = LinuxHeldAddresses.open(testAddon());
    ok(opened.ok);
    try {
      await body(opened.value, indexOf("eth0"));
    } finally {
      opened.value.close();
    }
  });
}

const vip = (link: number): HeldAddress => ({
  link,
  family: 4,
  address: "192.168.150.100",
  prefix: 24,
});

test("an address is added with what the configuration says of it", async () => {
  await withAddresses((held, link) => {
    ok(
      held.hold({ ...vip(link), label: "eth0:3", scope: 253, broadcast: "192.168.150.255" }, 30).ok,
    );
    const shown = ip("address", "show", "dev", "eth0");
    match(shown, /192\.168\.150\.100\/24 brd 192\.168\.150\.255 scope link dynamic eth0:3/);
    match(shown, /valid_lft (30|29)sec preferred_lft (30|29)sec/);
  });
});

test("an IPv6 address is usable at once, and nothing of our own leaves with it", async () => {
  await withAddresses((held, link) => {
    const address: HeldAddress = { link, family: 6, address: "2001:db8::100", prefix: 64 };
    ok(held.hold(address, 30).ok);
    const shown = ip("-6", "address", "show", "dev", "eth0");
    match(shown, /2001:db8::100\/64 scope global nodad deprecated dynamic/);
    ok(held.hold(address, 90).ok);
    match(ip("-6", "address", "show", "dev", "eth0"), /valid_lft (90|89)sec/);
  });
});

test("holding again prolongs, and without it the kernel takes the address away", async () => {
  await withAddresses(async (held, link) => {
    ok(held.hold(vip(link), 1).ok);
    ok(held.hold(vip(link), 100).ok);
    match(ip("address", "show", "dev", "eth0"), /valid_lft (100|99)sec/);
    ok(held.hold(vip(link), 1).ok);
    const since = performance.now();
    while (ip("address", "show", "dev", "eth0").includes("192.168.150.100")) {
      ok(performance.now() - since < PATIENCE_MS, "the address is still there");
      await sleep(50);
    }
  });
});

test("an address is released once, and again without a fault", async () => {
  await withAddresses((held, link) => {
    ok(held.hold({ ...vip(link), label: "eth0:3" }, 30).ok);
    ok(held.release(vip(link)).ok);
    equal(ip("-4", "address", "show", "dev", "eth0"), "");
    ok(held.release(vip(link)).ok);
    ok(held.release(vip(9999)).ok);
    const six: HeldAddress = { link, family: 6, address: "2001:db8::100", prefix: 64 };
    ok(held.release(six).ok);
  });
});

test("what the kernel refuses is said with the address", async () => {
  await withAddresses((held, link) => {
    const missing = held.hold(vip(9999), 30);
    equal(missing.ok ? "held" : missing.fault.code, "ADDRESS_REFUSED");
    const long = held.hold({ ...vip(link), label: "eth0:far-too-long-a-label" }, 30);
    match(long.ok ? "held" : long.fault.message, /192\.168\.150\.100.*too long/);
    const prefix = held.hold({ ...vip(link), prefix: 40 }, 30);
    equal(prefix.ok ? "held" : prefix.fault.code, "ADDRESS_REFUSED");
  });
});
