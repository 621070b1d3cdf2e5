import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { onHost } from "./host.ts";

const CONFIGURATION = `
vrrp_instance VI_1 {
  interface eth0
  version 3
  virtual_router_id 51
  priority 120
  advert_int 0.1
  virtual_ipaddress {
    10.9.0.100/24
  }
}
`;
const PATIENCE_MS = 15_000;

test("weir status has the elections of a daemon that goes by a file, and else none", () =>
  onHost(async (host) => {
    const folder = mkdtempSync(join(tmpdir(), "weir-status-"));
    const path = join(folder, "weir.conf");
    try {
      const without = await host.start();
      assert.doesNotMatch(host.weir("status").stdout, /VRRP/);
      assert.deepEqual(JSON.parse(host.weir("status --json").stdout).instances, []);
      await without.kill("SIGTERM");
      writeFileSync(path, CONFIGURATION);
      await host.start("--config", path);
      const held =
        / {2}NAME {2}STATE .*\n {2}VI_1 {2}MASTER +120 {2}yes +\d+ +\d+ {2}none\nPackets/;
      for (let waited = 0; !held.test(host.weir("status").stdout); waited += 100) {
        assert.ok(waited < PATIENCE_MS, host.weir("status").stdout);
        await sleep(100);
      }
      const { pid, instances } = JSON.parse(host.weir("status --json").stdout);
      assert.ok(pid > 0);
      const [{ name, state, priority, holding, sent, dropped }, ...others] = instances;
      assert.deepEqual([name, state, priority, holding], ["VI_1", "MASTER", 120, true]);
      assert.ok(sent > 0);
      assert.deepEqual([dropped, others], [{}, []]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }));
