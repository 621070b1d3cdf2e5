import assert from "node:assert/strict";
import { test } from "node:test";
import type { GlobalSettings } from "../configuration.ts";
import { readText } from "../testing/read-text.ts";

const SECOND = 1_000_000;

function globals(text: string): GlobalSettings {
  const { configuration, findings } = readText(`global_defs {\n${text}\n}`);
  assert.deepEqual(findings, []);
  return configuration.globals;
}

test("an empty file has every default", () => {
  assert.deepEqual(readText("").configuration, {
    globals: {
      mail: { to: [], connectTimeout: 30 * SECOND },
      fifos: {},
      scriptSecurity: false,
      flush: false,
      flushOnStop: false,
      startupDelay: 0,
      initialNotifies: false,
    },
    instances: [],
    groups: [],
    scripts: [],
    files: [],
    processes: [],
    virtualServers: [],
    staticAddresses: [],
    staticRoutes: [],
  });
});

test("mail has its server, its port, its sender and its readers", () => {
  const { mail } = globals(`
    notification_email {
      a@example.com b@example.com
    }
    notification_email_from lb@example.com
    smtp_server mail.example.com 2525
    smtp_helo_name lb.example.com
    smtp_connect_timeout 3`);
  assert.deepEqual(mail, {
    to: ["a@example.com", "b@example.com"],
    from: "lb@example.com",
    server: { host: "mail.example.com", port: 2525 },
    helo: "lb.example.com",
    connectTimeout: 3 * SECOND,
  });
  assert.deepEqual(globals("smtp_server 10.0.0.1").mail.server, { host: "10.0.0.1", port: 25 });
});

test("FIFOs have paths, and scripts that read them", () => {
  const { fifos } = globals(`
    notify_fifo /run/all
    vrrp_notify_fifo /run/vrrp
    vrrp_notify_fifo_script "/bin/reader -v" joe staff
    lvs_notify_fifo /run/lvs
    lvs_notify_fifo_script /bin/reader`);
  assert.deepEqual(fifos, {
    all: { path: "/run/all" },
    vrrp: {
      path: "/run/vrrp",
      script: { words: ["/bin/reader", "-v"], user: "joe", group: "staff" },
    },
    virtualServers: { path: "/run/lvs", script: { words: ["/bin/reader"] } },
  });
});

test("scripts of the daemon have ten seconds, or what they are given", () => {
  const { startupScript, shutdownScript } = globals(`
    startup_script "/bin/begin here"
    shutdown_script /bin/end root
    shutdown_script_timeout 7`);
  assert.deepEqual(startupScript, { words: ["/bin/begin", "here"], timeout: 10 * SECOND });
  assert.deepEqual(shutdownScript, { words: ["/bin/end"], user: "root", timeout: 7 * SECOND });
  assert.deepEqual(globals("script_user joe").scriptUser, { user: "joe" });
  assert.deepEqual(globals("script_user joe staff").scriptUser, { user: "joe", group: "staff" });
});

test("switches stand alone", () => {
  const { scriptSecurity, flush, flushOnStop, initialNotifies, startupDelay } = globals(`
    enable_script_security
    lvs_flush
    lvs_flush_on_stop
    rs_init_notifies
    vrrp_startup_delay 5.5`);
  assert.deepEqual([scriptSecurity, flush, initialNotifies], Array(3).fill(true));
  assert.equal(flushOnStop, "all");
  assert.equal(startupDelay, 5.5 * SECOND);
  assert.equal(globals("lvs_flush_onstop VS").flushOnStop, "configured");
});

test("a timeout that lvs_timeouts does not name is 0, which leaves it", () => {
  assert.deepEqual(globals("lvs_timeouts tcp 7200 udp 60").timeouts, {
    tcp: 7200,
    tcpFin: 0,
    udp: 60,
  });
  assert.deepEqual(globals("lvs_timeouts tcpfin 30").timeouts, { tcp: 0, tcpFin: 30, udp: 0 });
  assert.equal(globals("lvs_timeouts tcp abc").timeouts, undefined);
});

test("several global_defs are one, and the last word counts", () => {
  const { configuration } = readText(`
    global_defs {
      router_id one
      lvs_flush
    }
    global_defs {
      router_id two
    }`);
  assert.equal(configuration.globals.routerId, "two");
  assert.equal(configuration.globals.flush, true);
});
