import { deepEqual, equal, match, ok } from "node:assert/strict";
import { after, test } from "node:test";
import { Worker } from "node:worker_threads";
import { PinFolder } from "../bpffs.ts";
import { type Compiled, compileBpf } from "../compile.fixture.ts";
import { inNamespace, ip, testAddon } from "../namespace.fixture.ts";
import { openElectionGround } from "./ground.ts";
import { leasesIn, openLeases } from "./leases.ts";

const NAME = `election-test-${process.pid}`;
const SLOTS = 512;
const SOURCE = `
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
struct lease { __u64 until; __u32 ifindex; __u16 router; __u16 family; };
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, ${SLOTS});
  __type(key, __u32);
  __type(value, struct lease);
} leases SEC(".maps");
SEC("xdp") int nothing(struct xdp_md *context) {
  __u32 slot = 0;
  struct lease *lease = bpf_map_lookup_elem(&leases, &slot);
  return lease != 0 && lease->until > 0 ? XDP_PASS : XDP_DROP;
}
char LICENSE[] SEC("license") = "GPL";
`;

const compiled: Compiled = compileBpf(SOURCE);
const folder = PinFolder.of(NAME);
ok(folder.ok);
const pins = folder.value;
after(() => {
  pins.removeAll();
  compiled.remove();
});

/** Pins the table as the data path does, and answers where. */
function pinLeases(): string {
  const native = testAddon();
  const object = native.objectOpen(compiled.path);
  ok(typeof object !== "number");
  equal(native.objectLoad(object), 0);
  const fd = native.mapFd(object, "leases");
  pins.make();
  ok(pins.pin(native, "leases", fd).ok);
  native.close(fd);
  native.objectClose(object);
  return pins.pathOf("leases");
}

test("a worker in another network namespace has all of the ground", async () => {
  const leases = pinLeases();
  await inNamespace(async () => {
    ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
    ip("link", "set", "eth0", "up");
    ip("link", "set", "far", "up");
    ip("address", "add", "192.168.150.11/24", "dev", "eth0");
    // Of this process's first thread, which is in the namespace.
    const namespace = `/proc/${process.pid}/ns/net`;
    const worker = new Worker(new URL("ground.fixture.ts", import.meta.url), {
      workerData: { namespace, leases },
    });
    const said = await new Promise<Record<string, unknown>>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    const code = await new Promise((resolve) => worker.once("exit", resolve));
    equal(code, 0, "the worker ends by itself once the ground is closed");
    match(String(said.shown), /192\.168\.150\.100\/32 scope global dynamic eth0/);
    const { shown: _, until, ...rest } = said;
    deepEqual(rest, { entered: 0, held: true, sent: true, framed: true });
    const mine = openLeases(testAddon(), leases);
    ok(mine.ok);
    equal(mine.value.read(7), until);
    equal(mine.value.read(6), 0);
    equal(mine.value.read(8), 0);
  });
});

test("a lease is whole microseconds of the table's nanoseconds, rounded down", () => {
  const memory = new ArrayBuffer(SLOTS * 16);
  const leases = leasesIn(memory, 16);
  leases.write(2, 1_234_567.9);
  equal(new DataView(memory).getBigUint64(32, true), 1_234_567_000n);
  equal(leases.read(2), 1_234_567);
  leases.write(2, 0);
  equal(leases.read(2), 0);
});

test("without the table there is no ground, and the path is said", () => {
  const opened = openElectionGround("/sys/fs/bpf/weir/nobody/leases");
  ok(!opened.ok);
  equal(opened.fault.code, "LEASES_MISSING");
  match(opened.fault.message, /nobody\/leases/);
});
