import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../base/random.ts";
import { Clock } from "./clock.ts";
import type { Happening } from "./entry.ts";
import { SimulatedGround } from "./ground.ts";
import { HostClock } from "./host-clock.ts";
import { HostKernel } from "./host-kernel.ts";
import { Segment } from "./segment.ts";
import { Thread } from "./thread.ts";

const SECOND = 1_000_000;
const VIP = { link: 2, family: 4, address: "192.168.150.100", prefix: 32 } as const;
const QUALITY = { delay: 100, jitter: 0, loss: 0, duplication: 0, reorders: false };

/** Hosts of one segment, each with a ground. */
function hosts(...names: string[]) {
  const random = new Random(1);
  const clock = new Clock(random);
  const segment = new Segment(clock, random, QUALITY);
  const around = { clock, random, segment };
  return {
    clock,
    segment,
    hosts: names.map((host, i) => {
      const seen: Happening[] = [];
      const addresses = [`192.168.150.1${i}`];
      const own = { clock: new HostClock(0, 0), host, mac: `02:00:00:00:00:0${i}`, addresses };
      const kernel = new HostKernel(around, own, (happening) => seen.push(happening));
      const thread = new Thread(clock, random, 0, () => {});
      return { kernel, thread, seen, ground: new SimulatedGround(clock, kernel, thread) };
    }),
  };
}

test("an address ends with its lifetime, or later if it was prolonged", () => {
  const { clock, hosts: all } = hosts("a");
  const { ground, seen } = all[0]!;
  ground.addresses.hold(VIP, 2);
  clock.run(1.5 * SECOND);
  ground.addresses.hold(VIP, 2);
  clock.run(3.4 * SECOND);
  assert.deepEqual(seen, [{ kind: "address", address: VIP.address, held: true }]);
  clock.run(3.8 * SECOND);
  assert.deepEqual(seen.at(-1), { kind: "address", address: VIP.address, held: false });
});

test("the newest order to wake counts, and none after it was taken back", () => {
  const { clock, hosts: all } = hosts("a");
  const { ground } = all[0]!;
  const woken: string[] = [];
  ground.wakeAt(10, () => woken.push("first"));
  ground.wakeAt(20, () => woken.push("second"));
  clock.run(30);
  ground.wakeAt(40, () => woken.push("third"));
  ground.wakeAt(undefined, () => {});
  clock.run(50);
  assert.deepEqual(woken, ["second"]);
});

for (const { group, to } of [{ group: "224.0.0.18", to: "224.0.0.18" }, { to: "192.168.150.11" }]) {
  test(`a message to ${to} arrives with its TTL, at others and not at its sender`, () => {
    const { clock, hosts: all } = hosts("a", "b");
    const sockets = all.map(({ ground }, i) => {
      const source = `192.168.150.1${i}`;
      const groups = group === undefined ? {} : { group };
      const order = { link: 2, family: 4, source, ttl: 255, readable: () => {} } as const;
      const opened = ground.openVrrp({ ...order, ...groups });
      assert.ok(opened.ok);
      return opened.value;
    });
    assert.ok(sockets[0]!.send(to, Uint8Array.of(1, 2, 3)).ok);
    clock.run(1_000);
    assert.equal(sockets[0]!.receive(), undefined);
    assert.deepEqual(sockets[1]!.receive(), {
      source: "192.168.150.10",
      destination: to,
      ttl: 255,
      message: Uint8Array.of(1, 2, 3),
    });
    assert.equal(sockets[1]!.receive(), undefined);
  });
}

test("nothing is sent from an interface that is down, and nobody is told that it was", () => {
  const { hosts: all } = hosts("a", "b");
  const { ground, kernel } = all[0]!;
  const order = { link: 2, family: 4, group: "224.0.0.18", source: "192.168.150.10" } as const;
  const opened = ground.openVrrp({ ...order, ttl: 255, readable: () => {} });
  assert.ok(opened.ok);
  kernel.setLink(false);
  const sent = opened.value.send("224.0.0.18", Uint8Array.of(1));
  assert.equal(!sent.ok && sent.fault.code, "SEND_FAILED");
});

test("when the power fails nothing is held any more, when the daemon dies all of it is", () => {
  const { clock, hosts: all } = hosts("a");
  const { ground, kernel, thread, seen } = all[0]!;
  ground.addresses.hold(VIP, 5);
  ground.leases.write(3, SECOND);
  thread.kill();
  clock.run(10);
  assert.equal(kernel.readLease(3), SECOND);
  assert.throws(() => ground.leases.write(3, 2 * SECOND));
  kernel.lose();
  assert.equal(kernel.readLease(3), 0);
  assert.deepEqual(seen.at(-1), { kind: "address", address: VIP.address, held: false });
});

test("frames keep their order where the network does not say otherwise", () => {
  const { clock, segment, hosts: all } = hosts("a", "b");
  segment.quality = { ...QUALITY, jitter: 1_000 };
  const { ground } = all[0]!;
  const opened = all.map(({ ground: own }, i) => {
    const order = { link: 2, family: 4, group: "224.0.0.18", ttl: 255 } as const;
    return own.openVrrp({ ...order, source: `192.168.150.1${i}`, readable: () => {} });
  });
  const [sender, receiver] = opened;
  assert.ok(sender?.ok && receiver?.ok);
  for (let i = 0; i < 50; i++) sender.value.send("224.0.0.18", Uint8Array.of(i));
  clock.run(5_000);
  const order = Array.from({ length: 50 }, () => receiver.value.receive()!.message[0]);
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a! - b!),
  );
  assert.equal(ground.now(), 5_000);
});
