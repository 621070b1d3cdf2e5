import assert from "node:assert/strict";
import { test } from "node:test";
import type { VirtualAddress } from "../../cluster/settings.ts";
import { codesIn, readText } from "../testing/read-text.ts";

function addresses(...lines: readonly string[]): readonly VirtualAddress[] {
  const text = `static_ipaddress {\n${lines.join("\n")}\n}`;
  return readText(text).configuration.staticAddresses;
}

test("an address has a device, a label, a scope and a broadcast address", () => {
  assert.deepEqual(
    addresses("10.0.0.1/24 brd 10.0.0.255 dev eth1 scope link label eth1:3 no_track"),
    [
      {
        address: "10.0.0.1",
        prefix: 24,
        device: "eth1",
        label: "eth1:3",
        scope: 253,
        broadcast: "10.0.0.255",
        untracked: true,
      },
    ],
  );
});

test("static addresses are on the default interface, which is eth0 by itself", () => {
  assert.deepEqual(addresses("10.0.0.1"), [{ address: "10.0.0.1", prefix: 32, device: "eth0" }]);
  const text = "global_defs {\ndefault_interface lo\n}\nstatic_ipaddress {\n10.0.0.1 scope 200\n}";
  assert.deepEqual(readText(text).configuration.staticAddresses, [
    { address: "10.0.0.1", prefix: 32, device: "lo", scope: 200 },
  ]);
});

test("a broadcast address may be told by its host bits", () => {
  const broadcast = addresses("10.1.2.3/20 brd +", "10.1.2.3/20 brd -", "fd00::1/64 brd +").map(
    (address) => address.broadcast,
  );
  assert.deepEqual(broadcast, ["10.1.15.255", "10.1.0.0", undefined]);
});

test("options that are not carried out are found, each at its word", () => {
  const text = (line: string) => `static_ipaddress {\n${line}\n}`;
  assert.deepEqual(
    codesIn(text("10.0.0.1/24 dev home label eth0:1 brd + scope host no_track")),
    [],
  );
  for (const option of ["home", "-nodad", "preferred_lft forever", "peer 10.0.0.2/32"]) {
    assert.deepEqual(codesIn(text(`10.0.0.1/24 dev eth0 ${option}`)), ["2 ADDRESS_OPTION"]);
  }
  assert.deepEqual(addresses("10.0.0.1/24 dev eth0 home").length, 1);
});

test("what is no address is nothing, and a label too long is found", () => {
  assert.deepEqual(addresses("bogus", "300.1.1.1/24", "10.0.0.1 label toolonglabelname0"), []);
  assert.deepEqual(codesIn("static_ipaddress {\n10.0.0.1 label toolonglabelname0\n}"), [
    "2 LABEL_TOO_LONG",
  ]);
});
