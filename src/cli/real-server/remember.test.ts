import assert from "node:assert/strict";
import test from "node:test";
import { emptyRecord } from "./record.ts";
import { forgetVip, isAboutThisNamespace, rememberSysctl, rememberVip } from "./remember.ts";

const PATH = "ipv4/conf/all/arp_ignore";

test("rememberSysctl() keeps the value that was there first", () => {
  const once = rememberSysctl(emptyRecord(), { path: PATH, before: 0, set: 1 });
  const twice = rememberSysctl(once, { path: PATH, before: 3, set: 1 });
  assert.deepEqual(twice.sysctls, [{ path: PATH, before: 0, set: 1 }]);
});

test("rememberVip() does not take a VIP of ours for one that was found", () => {
  const ours = rememberVip(emptyRecord(), { address: "192.168.150.100", found: false });
  const again = rememberVip(ours, { address: "192.168.150.100", found: true });
  assert.deepEqual(again.vips, [{ address: "192.168.150.100", found: false }]);
  assert.deepEqual(forgetVip(again, "192.168.150.100").vips, []);
});

test("isAboutThisNamespace() refuses the record of another namespace of the same inode", () => {
  const vip = rememberVip(emptyRecord(), { address: "192.168.150.100", found: false });
  const record = rememberSysctl(vip, { path: PATH, before: 0, set: 1 });
  assert.equal(
    isAboutThisNamespace(record, { vips: [], gateways: [] }, () => 0),
    false,
  );
  assert.equal(
    isAboutThisNamespace(record, { vips: [], gateways: [] }, () => 1),
    true,
  );
  assert.equal(
    isAboutThisNamespace(record, { vips: ["192.168.150.100"], gateways: [] }, () => undefined),
    true,
  );
});
