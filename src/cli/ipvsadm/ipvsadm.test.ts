import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fault, failure } from "../../base/fault.ts";
import type { Director } from "../../daemon/api/director.ts";
import { checkSupported } from "../../state/supported.ts";
import { HELP_TEXT } from "./help.ts";
import { shellWords } from "./testing/shell-words.ts";
import { World } from "./testing/world.ts";

function run(world: World, command: string, stdin = "") {
  return world.ipvsadm(shellWords(command), stdin);
}

/** A world whose director refuses everything with one fault. */
function refusing(fault: Fault): World {
  const world = new World();
  const director: Director = {
    apply: async () => ({ ok: false, operation: 0, fault }),
    list: async () => ({ ok: false, fault }),
    connections: async () => ({ ok: false, fault }),
  };
  return Object.assign(world, { director });
}

/** A world whose director serves what this version serves. */
function served(): World {
  const world = new World();
  const inner = world.director;
  const director: Director = {
    list: () => inner.list(),
    connections: () => inner.connections(),
    apply: async (operations) => {
      for (const [operation, each] of operations.entries()) {
        const supported = checkSupported(each);
        if (!supported.ok) return { ok: false, operation, fault: supported.fault };
      }
      return inner.apply(operations);
    },
  };
  return Object.assign(world, { director });
}

test("a daemon that is not there is one sentence and its remedy", async () => {
  const missing = failure("NO_DAEMON", "No weir daemon is running", "start it with: weir daemon");
  const stderr = "ipvsadm: No weir daemon is running: start it with: weir daemon\n";
  const world = refusing(missing.fault);
  for (const command of ["-Ln", "-Lnc", "-Sn", "-C", "-A -t 10.0.0.1:80", "-L --timeout"]) {
    assert.deepEqual(await run(world, command), { stdout: "", stderr, status: 1 }, command);
  }
  const restored = await run(world, "-R", "-C\n-A -t 10.0.0.1:80\n");
  assert.deepEqual(restored, { stdout: "", stderr, status: 1 });
});

test("what the data path does not serve is named, and nothing changes", async () => {
  const world = served();
  assert.equal((await run(world, "-A -t 10.0.0.1:80 -s rr")).status, 0);
  assert.deepEqual(await run(world, "-A --sctp-service 10.0.0.1:80"), {
    stdout: "",
    stderr: "ipvsadm: SCTP (--sctp-service) is not supported yet\n",
    status: 1,
  });
  const lines = "-a -t 10.0.0.1:80 -r 192.168.1.1\n-A -u 10.0.0.1:5060 -s rr -p 60 --pe sip\n";
  assert.deepEqual(await run(world, "-R", lines), {
    stdout: "",
    stderr: "line 2: ipvsadm: A persistence engine (--pe) is not supported yet\n",
    status: 1,
  });
  assert.equal((await run(world, "-Sn")).stdout, "-A -t 10.0.0.1:80 -s rr\n");
});

test("the sync daemon parses fully and says that it is not there", async () => {
  const { stderr, status } = await run(
    new World(),
    "--start-daemon master --mcast-interface eth0 --syncid 1 --mcast-group 224.0.0.9 --mcast-ttl 2",
  );
  assert.match(stderr, /^ipvsadm: .*--start-daemon.* not supported yet\n$/);
  assert.equal(status, 1);
});

test("connections are listed as ipvsadm lists them", async () => {
  const world = new World();
  const virtual = { address: "192.168.150.100", port: 5060 };
  world.director.entries = [
    {
      protocol: "TCP",
      expires: 59,
      state: "SYN_RECV",
      client: { address: "192.168.150.60", port: 3001 },
      virtual: { address: "192.168.150.100", port: 80 },
      destination: { address: "10.0.0.99", port: 80 },
    },
    {
      protocol: "UDP",
      expires: 19,
      state: "NONE",
      client: { address: "192.168.150.60", port: 0 },
      virtual,
      destination: { address: "10.0.0.99", port: 5060 },
      engine: { name: "sip", data: "abc123@client" },
    },
    {
      protocol: "TCP",
      expires: 899,
      state: "ESTABLISHED",
      client: { address: "2001:db8::9", port: 3001 },
      virtual: { address: "2001:db8::1", port: 80 },
      destination: { address: "2001:db8:1::1", port: 80 },
    },
  ];
  const title =
    "IPVS connection entries\npro expire state       source             virtual        ";
  assert.equal(
    (await run(world, "-Lnc")).stdout,
    `${title}    destination
TCP 00:59  SYN_RECV    192.168.150.60:3001 192.168.150.100:80 10.0.0.99:80
UDP 00:19  NONE        192.168.150.60:0   192.168.150.100:5060 10.0.0.99:5060
TCP 14:59  ESTABLISHED [2001:db8::9]:3001 [2001:db8::1]:80   [2001:db8:1::1]:80
`,
  );
  assert.equal(
    (await run(world, "-Lc --persistent-conn")).stdout.split("\n")[1],
    "pro expire state       source             virtual            destination" +
      "        pe name          pe_data",
  );
  assert.deepEqual((await run(world, "-Lc --persistent-conn")).stdout.split("\n").slice(2, 4), [
    "TCP 00:59  SYN_RECV    192.168.150.60:3001 192.168.150.100:http 10.0.0.99:http",
    "UDP 00:19  NONE        192.168.150.60:0   192.168.150.100:sip 10.0.0.99:sip    " +
      "sip                abc123@client",
  ]);
});

test("--json is the listing, with counters as decimal text", async () => {
  const world = new World();
  await run(world, "-A -t 10.0.0.1:80 -s rr");
  await run(world, "-a -t 10.0.0.1:80 -r 192.168.1.1");
  const big = 2n ** 64n - 1n;
  const all = { connections: big, inPackets: 1n, outPackets: 2n, inBytes: 3n, outBytes: 4n };
  world.director.observe("tcp 10.0.0.1:80", { counters: all });
  const listing = JSON.parse((await run(world, "-L --json")).stdout);
  assert.equal(listing.connectionTableSize, 4096);
  assert.equal(listing.services[0].counters.connections, "18446744073709551615");
  assert.equal(listing.services[0].servers[0].address, "192.168.1.1");
  const one = JSON.parse((await run(world, "-L -t 10.0.0.1:80 --json")).stdout);
  assert.deepEqual(one, listing.services[0]);
  const timeouts = JSON.parse((await run(world, "-L --timeout --json")).stdout);
  assert.deepEqual(timeouts, { tcp: 900, tcpFin: 120, udp: 300 });
  assert.deepEqual(JSON.parse((await run(world, "-L -c --json")).stdout), []);
  assert.equal(
    (await run(world, "-C --json")).stderr,
    "Illegal 'json' option with the 'flush' command\n",
  );
});

test("without arguments it lists", async () => {
  const world = new World();
  assert.deepEqual(await world.ipvsadm([]), await run(world, "-L"));
});

test("the examples of the help work as printed", async () => {
  const { stdout, status } = await run(new World(), "-h");
  assert.deepEqual([stdout, status], [HELP_TEXT, 0]);
  const examples = stdout.split("Examples:\n")[1]!.trim().split("\n");
  assert.equal(examples.length, 2);
  const world = served();
  for (const example of examples) {
    const outcome = await world.ipvsadm(shellWords(example.trim()).slice(1));
    assert.deepEqual(outcome, { stdout: "", stderr: "", status: 0 }, example);
  }
});

test("lines of the help stay within a terminal of 100 columns", () => {
  for (const line of HELP_TEXT.split("\n")) assert.ok(line.length <= 100, line);
});
