import { deepEqual, equal, match, notDeepEqual, ok } from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { after, test } from "node:test";
import type { Result } from "../../base/fault.ts";
import type { Dimensions } from "../../datapath/layout.ts";
import type { DataPath } from "../kernel.ts";
import { PinFolder } from "./bpffs.ts";
import { compileBpf } from "./compile.fixture.ts";
import { dataPathLoader, removePins } from "./data-path-loader.ts";
import { indexOf, inNamespace, ip, testAddon } from "./namespace.fixture.ts";

/*
 * Interfaces of these tests, each pair in a namespace of its own:
 *
 *   near ─── far        lo (its driver knows no XDP)
 *
 * All but the last test load a program that has the real one's tables and is verified in no time.
 */
const small = (verdict: string) => `
#include "tables.h"
SEC("xdp") int weir(struct xdp_md *ctx)
{
  __u64 *count = table_at(&reasons, 0);
  if (count)
    __sync_fetch_and_add(count, 1);
  return buckets == 64 && servers_max == 32 && hash_keys[3] ? ${verdict} : XDP_ABORTED;
}
SEC("syscall") int sweep(struct sweep_slice *asked)
{
  asked->live = asked->buckets;
  asked->expired = asked->first_bucket + asked->now;
  return 0;
}
char _license[] SEC("license") = "GPL";
`;

const NAME = `test-${process.pid}`;
const PINS = `/sys/fs/bpf/weir/${NAME}`;
const older = compileBpf(small("XDP_PASS"));
const newer = compileBpf(small("XDP_DROP"));

function tidy(): void {
  removePins(NAME);
  older.remove();
  newer.remove();
}

after(tidy);
process.on("exit", tidy);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const dimensions: Dimensions = {
  buckets: 64,
  services: 16,
  servers: 32,
  poolSlots: 64,
  vips: 16,
  cpus: testAddon().possibleCpus(),
};

function load(name?: string, { path } = older): DataPath {
  const options = name === undefined ? { dimensions } : { dimensions, name };
  return unwrap(dataPathLoader(path).load(options));
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

function faultOf(result: Result<unknown>): { code: string; message: string; fix?: string } {
  ok(!result.ok);
  return result.fault;
}

/** The id of the XDP program on an interface, as ip(8) tells it. */
function programOn(name: string): number | undefined {
  const [link] = JSON.parse(ip("-j", "link", "show", "dev", name));
  return link.xdp?.prog?.id;
}

async function withVeth(body: () => void | Promise<void>): Promise<void> {
  await inNamespace(async () => {
    ip("link", "add", "near", "up", "type", "veth", "peer", "name", "far");
    await body();
  });
}

test("a data path without a name runs frames and is gone when closed", async () => {
  const path = load();
  equal(path.resumed, false);
  equal(existsSync(PINS), false);
  const frame = new Uint8Array(64).fill(0xff);
  const run = unwrap(path.run(frame));
  equal(run.verdict, 2);
  deepEqual(run.frame, frame);
  deepEqual(unwrap(path.sweep(3, 40, 5)), { expired: 8, live: 40 });
  equal(faultOf(path.run(new Uint8Array(3))).code, "RUN_REFUSED");
  await withVeth(() => {
    const link = indexOf("near");
    deepEqual(unwrap(path.attach(link)), { link, mode: "native" });
    deepEqual(path.attachments(), [{ link, mode: "native" }]);
    path.close();
    equal(programOn("near"), undefined);
  });
});

test("the program and the control plane see the same memory", () => {
  const path = load();
  try {
    const reasons = new BigUint64Array(path.tables.arrays.reasons);
    reasons[0] = 1000n;
    for (let run = 0; run < 10; run++) unwrap(path.run(new Uint8Array(64)));
    equal(reasons[0], 1010n);
  } finally {
    path.close();
  }
});

test("a second daemon takes up tables, sizes, secrets and interfaces of the first", async () => {
  await withVeth(() => {
    const link = indexOf("near");
    const first = load(NAME);
    equal(first.resumed, false);
    new Uint8Array(first.tables.arrays.vips).fill(7);
    unwrap(first.attach(link));
    const program = programOn("near");
    first.close();
    equal(programOn("near"), program);

    const wanted = { ...dimensions, buckets: 128, servers: 64 };
    const second = unwrap(dataPathLoader(older.path).load({ name: NAME, dimensions: wanted }));
    equal(second.resumed, true);
    deepEqual(second.tables.dimensions, dimensions);
    deepEqual(second.tables.hashKeys, first.tables.hashKeys);
    notDeepEqual([...second.tables.hashKeys], new Array(second.tables.hashKeys.length).fill(0));
    ok(new Uint8Array(second.tables.arrays.vips).every((byte) => byte === 7));
    deepEqual(second.attachments(), [{ link, mode: "native" }]);
    deepEqual(unwrap(second.attach(link)), { link, mode: "native" });
    unwrap(second.unload());
    equal(programOn("near"), undefined);
    equal(existsSync(PINS), false);
  });
});

test("a newer program replaces the running one over the same tables", async () => {
  await withVeth(() => {
    const first = load(NAME);
    new Uint8Array(first.tables.arrays.vips).fill(9);
    unwrap(first.attach(indexOf("near")));
    const old = programOn("near");
    first.close();

    const second = load(NAME, newer);
    equal(second.resumed, true);
    ok(programOn("near") !== undefined);
    ok(programOn("near") !== old);
    ok(new Uint8Array(second.tables.arrays.vips).every((byte) => byte === 9));
    equal(unwrap(second.run(new Uint8Array(64))).verdict, 1);
    const replaced = programOn("near");
    second.close();

    const third = load(NAME, newer);
    equal(programOn("near"), replaced);
    unwrap(third.unload());
  });
});

test("an interface that went away is forgotten, and its index can be attached again", async () => {
  await withVeth(() => {
    const path = load(NAME);
    const link = indexOf("near");
    unwrap(path.attach(link));
    ip("link", "del", "near");
    ip("link", "add", "near", "index", String(link), "type", "veth", "peer", "name", "far");
    deepEqual(unwrap(path.attach(link)), { link, mode: "native" });
    ok(programOn("near") !== undefined);
    unwrap(path.detach(link));
    equal(programOn("near"), undefined);
    deepEqual(path.attachments(), []);
    unwrap(path.unload());
  });
});

test("a driver without XDP gets the generic hook, with the reason", async () => {
  await withVeth(() => {
    const path = load();
    try {
      const { mode, because } = unwrap(path.attach(indexOf("lo")));
      equal(mode, "generic");
      match(because ?? "", /driver of "lo" takes no XDP program: EOPNOTSUPP/);
    } finally {
      path.close();
    }
  });
});

test("somebody else's program stays where it is, and the fault names it", async () => {
  await withVeth(() => {
    const one = load();
    const other = load();
    try {
      unwrap(one.attach(indexOf("near")));
      const { code, message, fix } = faultOf(other.attach(indexOf("near")));
      equal(code, "XDP_BUSY");
      equal(message, `Another XDP program (id ${programOn("near")}) is on the interface "near"`);
      match(fix ?? "", /ip link set dev near xdp off/);
      equal(faultOf(other.attach(9999)).code, "LINK_MISSING");
    } finally {
      one.close();
      other.close();
    }
  });
});

test("pins of another layout are left alone, and the fault says what to do", () => {
  load(NAME).close();
  const pins = unwrap(PinFolder.of(NAME));
  pins.setNote("layout", "0123456789abcdef");
  const before = readdirSync(PINS).sort();
  const { code, fix } = faultOf(dataPathLoader(older.path).load({ name: NAME, dimensions }));
  equal(code, "BPF_LAYOUT");
  match(fix ?? "", /--reset/);
  deepEqual(readdirSync(PINS).sort(), before);
  unwrap(removePins(NAME));
  equal(existsSync(PINS), false);
});

test("pins of a daemon that died while it made them are made anew", () => {
  load(NAME).close();
  unwrap(PinFolder.of(NAME)).remove("layout");
  const path = load(NAME);
  equal(path.resumed, false);
  unwrap(path.unload());
});

test("tables that do not fit into memory are refused with figures", () => {
  const huge = { ...dimensions, buckets: 2 ** 31 };
  const { code, message, fix } = faultOf(dataPathLoader(older.path).load({ dimensions: huge }));
  equal(code, "BPF_NO_MEMORY");
  match(message, /need \d+ MiB and \d+ MiB are available \(the largest: connections_cold \d+ MiB/);
  match(fix ?? "", /lower the number of connections \(now 17179869184\)/);
});

test("an object that is missing, broken or of other tables is named", () => {
  const missing = faultOf(dataPathLoader("/nowhere/weir.bpf.o").load({ dimensions }));
  equal(missing.code, "OBJECT_MISSING");
  match(missing.fix ?? "", /make setup/);
  const text = faultOf(dataPathLoader(import.meta.filename).load({ dimensions }));
  equal(text.code, "OBJECT_BROKEN");
  const other = compileBpf('char _license[] __attribute__((section("license"))) = "GPL";');
  try {
    equal(faultOf(dataPathLoader(other.path).load({ dimensions })).code, "OBJECT_BROKEN");
  } finally {
    other.remove();
  }
});

test("a name that bpffs could not hold is refused", () => {
  for (const name of ["", "a.b", "../escape", "a/b", "x".repeat(65)]) {
    equal(faultOf(dataPathLoader().load({ name, dimensions })).code, "NAME_INVALID");
  }
});

test("a program that the verifier refuses is reported with the verifier's own reason", () => {
  const refused = small("*(int *)(long)ctx->data");
  const object = compileBpf(refused);
  try {
    const { code, message, fix } = faultOf(dataPathLoader(object.path).load({ dimensions }));
    equal(code, "BPF_REFUSED");
    match(message, /verifier refuses ".*test\.bpf\.o": .*R1 offset is outside of the packet$/);
    match(fix ?? "", /bpftool -d prog load/);
  } finally {
    object.remove();
  }
});

test("the program that `make build` made loads, passes strangers on and is swept", () => {
  const path = unwrap(dataPathLoader().load({ dimensions }));
  try {
    const frame = new Uint8Array(64).fill(0xff);
    deepEqual(unwrap(path.run(frame)).frame, frame);
    equal(unwrap(path.run(frame)).verdict, 2);
    deepEqual(unwrap(path.sweep(0, dimensions.buckets, 0)), { expired: 0, live: 0 });
  } finally {
    path.close();
  }
});
