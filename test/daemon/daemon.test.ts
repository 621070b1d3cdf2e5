import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { test } from "node:test";
import { onHost } from "./host.ts";

const RULES = [
  "-A -t 10.9.0.100:80 -s wrr",
  "-a -t 10.9.0.100:80 -r 10.9.0.2:80 -g -w 1",
  "-a -t 10.9.0.100:80 -r 10.9.0.3:80 -g -w 5",
  "-A -u 10.9.0.100:53 -s lc",
  "-a -u 10.9.0.100:53 -r 10.9.0.2:53 -g -w 1",
  "",
].join("\n");

const HEADER = [
  "IP Virtual Server version 1.2.1 (size=4096)",
  "Prot LocalAddress:Port Scheduler Flags",
  "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn",
  "",
].join("\n");

const pins = (name: string) => `/sys/fs/bpf/weir/${name}`;

test("a daemon pins its program, and only root may speak to it", () =>
  onHost(async (host) => {
    await host.start();
    assert.ok(existsSync(`${pins(host.name)}/program`), "the XDP program is pinned");
    assert.equal(statSync(host.socket).mode & 0o777, 0o600);
    assert.equal(statSync("/run/weir").mode & 0o777, 0o700);
    assert.equal(host.ipvsadm(["-Ln"]).stdout, HEADER);
  }));

test("rules survive a daemon that stops, and one that is killed", () =>
  onHost(async (host) => {
    const first = await host.start();
    assert.equal(host.ipvsadm(["-R"], RULES).status, 0);
    host.ipvsadm(["--set", "30", "0", "10"]);
    const listed = host.ipvsadm(["-Ln"]).stdout;
    assert.match(listed, /10\.9\.0\.3:80 +Route +5/);
    await first.kill("SIGTERM");
    const stopped = host.ipvsadm(["-Ln"]);
    assert.equal(stopped.status, 1);
    assert.match(stopped.stderr, /^ipvsadm: No weir daemon is running at .*: start it with: weir/);
    const second = await host.start();
    assert.match(second.log(), /took up the tables/);
    assert.equal(host.ipvsadm(["-Ln"]).stdout, listed);
    await second.kill("SIGKILL");
    await host.start();
    assert.equal(host.ipvsadm(["-Ln"]).stdout, listed);
    const timeouts = host.ipvsadm(["-L", "--timeout"]).stdout;
    assert.equal(timeouts, "Timeout (tcp tcpfin udp): 30 120 10\n");
    assert.equal(
      host.ipvsadm(["-S", "-n"]).stdout.split("\n").sort().join("\n"),
      RULES.split("\n").sort().join("\n"),
    );
  }));

test("--reset begins with nothing", () =>
  onHost(async (host) => {
    const first = await host.start();
    host.ipvsadm(["-R"], RULES);
    await first.kill("SIGTERM");
    await host.start("--reset");
    assert.equal(host.ipvsadm(["-Ln"]).stdout, HEADER);
  }));

test("--remove takes a stopped director away, and no running one", () =>
  onHost(async (host) => {
    const first = await host.start();
    const running = host.refused("--name", host.name, "--remove");
    assert.match(running.stderr, /A weir daemon is already running/);
    assert.ok(existsSync(pins(host.name)));
    await first.kill("SIGTERM");
    assert.equal(host.refused("--name", host.name, "--remove").status, 0);
    assert.equal(existsSync(pins(host.name)), false);
  }));

test("an interface that goes and comes back is worked on again", () =>
  onHost(async (host) => {
    await host.start();
    host.ip("link", "del", "eth0");
    host.ip("link", "add", "eth0", "type", "veth", "peer", "name", "peer1");
    host.ip("link", "set", "eth0", "up");
    const until = Date.now() + 10_000;
    let shown = "";
    while (!shown.includes("prog/xdp") && Date.now() < until) {
      shown = host.show("link", "show", "dev", "eth0");
    }
    assert.match(shown, /prog\/xdp/);
  }));

test("a restore with a bad line changes nothing and names the line", () =>
  onHost(async (host) => {
    await host.start();
    host.ipvsadm(["-R"], RULES);
    const before = host.ipvsadm(["-Ln"]).stdout;
    const refused = host.ipvsadm(
      ["-R"],
      "-A -t 10.9.0.101:80 -s rr\n-a -t 10.9.0.101:80 -r 10.9.0.2 -g\n-D -t 10.9.0.102:80\n",
    );
    assert.equal(refused.stderr, "line 3: No such service\n");
    assert.equal(refused.status, 255);
    const mistyped = host.ipvsadm(["-R"], "-C\n-A -t nowhere -s rr\n");
    assert.match(mistyped.stderr, /line 2/);
    assert.equal(mistyped.status, 2);
    assert.equal(host.ipvsadm(["-Ln"]).stdout, before);
  }));

test("what a later version brings is refused with a sentence", () =>
  onHost(async (host) => {
    await host.start();
    host.ipvsadm(["-R"], RULES);
    const cases = [
      ["-A", "--sctp-service", "10.9.0.100:80"],
      ["-A", "-u", "10.9.0.100:5060", "-p", "60", "--pe", "sip"],
      ["--start-daemon", "master", "--mcast-interface", "eth0"],
    ];
    for (const args of cases) {
      const { status, stderr } = host.ipvsadm(args);
      assert.equal(status, 1, args.join(" "));
      assert.match(stderr, /^ipvsadm: .* not supported yet\n$/, args.join(" "));
    }
    const { status, stderr } = host.weir("settings drop_entry=1");
    assert.equal(status, 1);
    assert.match(stderr, /^weir settings: drop_entry is not supported yet \(in Linux: .*\)\n$/);
  }));

test("starts that cannot be say why in one line and leave nothing", () =>
  onHost(async (host) => {
    const other = `${host.name}-b`;
    const at = ["--name", other, "--netns", host.netns];
    const cases: [string[], RegExp][] = [
      [[...at, "--interface", "eth9"], /There is no interface "eth9": there are /],
      [[...at, "--interface", "lo"], /"lo" is not an Ethernet interface/],
      [
        [...at, "--interface", "eth0", "--connections", "1000000000"],
        /The tables need \d+ MiB and/,
      ],
      [[...at, "--connections", "many"], /--connections .* is not a size/],
      [["--name", "a/b"], /"a\/b" cannot be the name of a daemon/],
      [["--name", other, "--netns", "/run/netns/none"], /There is no network namespace at/],
    ];
    for (const [args, expected] of cases) {
      const { status, stderr } = host.refused(...args);
      assert.equal(status, 1, stderr);
      assert.match(stderr, expected);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
      assert.equal(existsSync(pins(other)), false, `pins after ${args.join(" ")}`);
      assert.equal(existsSync(`/run/weir/${other}.sock`), false);
    }
  }));

test("a second daemon of the same name, or on the same interface, is refused", () =>
  onHost(async (host) => {
    await host.start();
    host.ipvsadm(["-R"], RULES);
    const before = host.ipvsadm(["-Ln"]).stdout;
    const twice = host.refused("--name", host.name, "--netns", host.netns, "--interface", "eth0");
    assert.equal(twice.status, 1);
    assert.match(twice.stderr, /A weir daemon is already running at .*: stop it first/);
    const other = `${host.name}-b`;
    const busy = host.refused("--name", other, "--netns", host.netns, "--interface", "eth0");
    assert.equal(busy.status, 1);
    assert.match(busy.stderr, /Another XDP program \(id \d+\) is on the interface "eth0"/);
    assert.equal(existsSync(pins(other)), false);
    assert.equal(host.ipvsadm(["-Ln"]).stdout, before);
  }));

test("without permission there is one sentence that says what it takes", () => {
  const args = ["--reuid", "65534", "--clear-groups", "--no-new-privs"];
  const weir = new URL("../../weir", import.meta.url).pathname;
  let stderr = "";
  try {
    execFileSync("setpriv", [...args, weir, "daemon", "--name", "nobodys"], { stdio: "pipe" });
    assert.fail("a daemon of nobody's started");
  } catch (error) {
    stderr = String((error as { stderr?: Buffer }).stderr);
  }
  assert.match(stderr, /run as root, or with CAP_BPF/);
  assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
});

test("ten thousand services are restored, listed, and one weight among them changed", () =>
  onHost(async (host) => {
    await host.start();
    const lines: string[] = [];
    for (let i = 0; i < 10_000; i++) {
      const service = `10.20.${i >> 8}.${i & 255}:80`;
      lines.push(`-A -t ${service} -s wlc`);
      for (const server of ["10.9.0.2", "10.9.0.3"]) {
        lines.push(`-a -t ${service} -r ${server}:80 -g -w 1`);
      }
    }
    const bad = [...lines, "-a -t 10.99.0.1:80 -r 10.9.0.2 -g"].join("\n");
    const refused = host.ipvsadm(["-R"], `${bad}\n`);
    assert.match(refused.stderr, /^line 30001: /);
    assert.equal(host.ipvsadm(["-Ln"]).stdout, HEADER);
    const restored = host.ipvsadm(["-R"], `${lines.join("\n")}\n`);
    assert.equal(restored.stderr, "");
    const listed = host.ipvsadm(["-Ln"]).stdout;
    assert.equal(listed.split("\n").length, 3 + 30_000 + 1);
    host.ipvsadm(["-e", "-t", "10.20.0.7:80", "-r", "10.9.0.3", "-g", "-w", "9"]);
    assert.match(host.ipvsadm(["-Ln", "-t", "10.20.0.7:80"]).stdout, /10\.9\.0\.3:80 +Route +9/);
  }));

test("nothing of these tests is left", () => {
  const mine = `weir-daemon-${process.pid}-`;
  for (const folder of ["/run/netns", "/sys/fs/bpf/weir", "/run/weir"]) {
    const left = existsSync(folder) ? readdirSync(folder) : [];
    assert.deepEqual(
      left.filter((name) => name.startsWith(mine)),
      [],
      folder,
    );
  }
});
