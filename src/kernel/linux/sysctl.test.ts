import assert from "node:assert/strict";
import test from "node:test";
import { ipv4Conf, ipv4Interfaces, readSysctl, sysctlName, writeSysctl } from "./sysctl.ts";

test("sysctlName() keeps the slashes where the interface's own name has a dot", () => {
  assert.equal(sysctlName(ipv4Conf("all", "arp_ignore")), "net.ipv4.conf.all.arp_ignore");
  assert.equal(sysctlName(ipv4Conf("eth0.7", "arp_ignore")), "net/ipv4/conf/eth0.7/arp_ignore");
});

test("readSysctl() reads a number, and names the parameter that is missing", () => {
  const forward = readSysctl("ipv4/ip_forward");
  assert.ok(forward.ok && (forward.value === 0 || forward.value === 1));
  const missing = readSysctl(ipv4Conf("all", "no_such"));
  assert.equal(
    missing.ok ? "" : missing.fault.message,
    "This kernel has no parameter net.ipv4.conf.all.no_such",
  );
});

test("writeSysctl() says what the kernel refused", () => {
  const refused = writeSysctl(ipv4Conf("all", "no_such"), 1);
  assert.equal(refused.ok ? "" : refused.fault.code, "SYSCTL_REFUSED");
});

test('ipv4Interfaces() lists interfaces, and neither "all" nor "default"', () => {
  const links = ipv4Interfaces();
  assert.ok(links.includes("lo"));
  assert.ok(!links.includes("all") && !links.includes("default"));
});
