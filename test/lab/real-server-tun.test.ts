/**
 * What `weir real-server up --method tun` does to a host, seen from other hosts, on the network of
 * real-server.test.ts. No director runs: node01 sends what one would, frame by frame.
 *
 *   node01 (192.168.150.11) ── tunnel ──▶ node02 (192.168.150.12) ── answer ──▶ client (.1)
 *
 * VIP 192.168.150.100 and 2001:db8::100.
 */
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { namespacePath } from "../../src/cli/lab/names.ts";
import { buildNetwork } from "../../src/cli/lab/network.ts";
import { writeLab } from "../../src/cli/lab/record.ts";
import { TOPOLOGIES } from "../../src/cli/lab/topology.ts";
import { hex } from "../../src/wire/bytes.ts";
import { frame } from "../../src/wire/frame.ts";
import { encodeGre } from "../../src/wire/gre.ts";
import { encodeGue } from "../../src/wire/gue.ts";
import { packet } from "../../src/wire/packet-builder.ts";
import { capture } from "./capture.ts";
import { attempt, labHooks, labTest, on, ownLab, until } from "./lab.ts";

const SERVER = "node02";
const ETH = { source: "02:00:00:00:00:11", destination: "02:00:00:00:00:12" };
const VIP = { 4: "192.168.150.100", 6: "2001:db8::100" } as const;
const CLIENT = { 4: "192.168.150.1", 6: "2001:db8::1" } as const;
const DIRECTOR = { 4: "192.168.150.11", 6: "2001:db8::11" } as const;
const REAL = { 4: "192.168.150.12", 6: "2001:db8::12" } as const;
const DIRECTORS = [DIRECTOR[4], DIRECTOR[6]];
const GUE_PORT = 6080;
const SEND = fileURLToPath(new URL("send-frame.ts", import.meta.url));
const HOSTS = { client: CLIENT[6], node01: DIRECTOR[6], [SERVER]: REAL[6] };

type Kind = "ipip" | "gre" | "gue";

const lab = ownLab("rs-tun");

labHooks({
  before: async () => {
    writeLab({ name: lab, kind: "dr", processes: [] });
    const built = await buildNetwork(lab, TOPOLOGIES.get("dr")!);
    assert.ok(built.ok, built.ok ? "" : built.fault.message);
    for (const [host, address] of Object.entries(HOSTS)) {
      await on(lab, host, "ip", "address", "add", `${address}/64`, "dev", "eth0", "nodad");
    }
    // What the kernel asks its neighbours with, as the VIP is no address of eth0.
    await on(lab, SERVER, "ip", "address", "add", "fe80::12/64", "dev", "eth0", "nodad");
  },

  afterEach: async () => {
    for (const vip of [VIP[4], VIP[6]]) await weir("down", vip);
    await attempt(lab, SERVER, "ip", "link", "del", "other");
    const settings = ["all/arp_ignore=0", "all/arp_announce=0", "eth0/rp_filter=0"];
    const words = settings.map((setting) => `net/ipv4/conf/${setting}`);
    await on(lab, SERVER, "sysctl", "-q", "-w", ...words);
  },
});

const weir = (verb: string, vip: string, ...more: string[]) =>
  attempt(lab, SERVER, "weir", "real-server", verb, vip, ...more);

async function up(vip: string, ...more: string[]): Promise<string> {
  const ended = await weir("up", vip, "--method", "tun", "--director", ...DIRECTORS, ...more);
  assert.equal(ended.status, 0, ended.stderr);
  return ended.stdout;
}

interface Checked {
  readonly ok: boolean;
  readonly method: string;
  readonly findings: readonly { readonly code: string; readonly fix: string }[];
  readonly notes: readonly string[];
}

async function check(vip: string): Promise<Checked> {
  const ended = await weir("check", vip, "--json");
  const checked = JSON.parse(ended.stdout) as Checked;
  assert.equal(ended.status, checked.ok ? 0 : 1, ended.stderr);
  return checked;
}

const codes = ({ findings }: Checked) => findings.map(({ code }) => code);

/** The program on the server's interface, as the kernel tells. */
async function program(): Promise<string | undefined> {
  const shown = await on(lab, SERVER, "ip", "-details", "link", "show", "dev", "eth0");
  return /prog\/xdp.*/.exec(shown)?.[0];
}

/** A SYN of the client in a tunnel of the director. */
function syn(
  kind: Kind,
  outside: 4 | 6,
  inside: 4 | 6,
  more: { readonly from?: string; readonly client?: string } = {},
): Uint8Array {
  const inner = packet({
    ip: { source: more.client ?? CLIENT[inside], destination: VIP[inside], ttl: 63 },
    tcp: { sourcePort: 3001, destinationPort: 80, flags: ["syn"] },
  });
  const protocol = inside === 4 ? 4 : 41;
  const ip = { source: more.from ?? DIRECTOR[outside], destination: REAL[outside] };
  if (kind === "ipip") return frame({ eth: ETH, ip: { ...ip, protocol }, payload: inner });
  if (kind === "gre") {
    const type = inside === 4 ? 0x0800 : 0x86dd;
    const payload = encodeGre({ type, checksummed: true, payload: inner });
    return frame({ eth: ETH, ip: { ...ip, protocol: 47 }, payload });
  }
  const header = { control: false, protocol, flags: 0, options: new Uint8Array(0) };
  return frame({
    eth: ETH,
    ip,
    udp: { sourcePort: 40_000, destinationPort: GUE_PORT, checksummed: outside === 4 },
    payload: encodeGue({ ...header, payload: inner }),
  });
}

async function send(...frames: Uint8Array[]): Promise<void> {
  await on(lab, "node01", process.execPath, SEND, "eth0", ...frames.map(hex));
}

/** Nobody listens at port 80: what comes out of the tunnel is answered with a reset by the VIP. */
async function isAnswered(inside: 4 | 6, bytes: Uint8Array): Promise<boolean> {
  const answers = await capture(lab, "client", "eth0", "src", "host", VIP[inside], "and", "tcp");
  await send(bytes);
  const before = Date.now();
  await until("an answer, or none for a while", async () => {
    return answers.lines().length > 0 || Date.now() - before > 1500;
  });
  const lines = await answers.stop();
  for (const line of lines) assert.match(line, /\.80 > .*\.3001: Flags \[R/, line);
  return lines.length > 0;
}

labTest("tunnels of every kind are taken, and the VIP answers the client itself", async () => {
  assert.equal(await isAnswered(4, syn("ipip", 4, 4)), false, "nothing is taken before up");
  const said = await up(VIP[4], "--port", String(GUE_PORT));
  assert.match(said, /^192\.168\.150\.100\/32 added to lo$/m);
  assert.match(said, /^decapsulation on eth0 \((native|generic.*)\)$/m);
  await up(VIP[6], "--port", String(GUE_PORT));
  for (const kind of ["ipip", "gre", "gue"] as const) {
    for (const outside of [4, 6] as const) {
      for (const inside of [4, 6] as const) {
        const answered = await isAnswered(inside, syn(kind, outside, inside));
        assert.ok(answered, `${kind}, IPv${inside} in IPv${outside}`);
      }
    }
  }
  const { method, notes } = await check(VIP[4]);
  assert.equal(method, "tun");
  assert.ok(notes.includes("12 packets have come out of tunnels"), notes.join("\n"));
});

labTest(
  "a stranger's tunnel is dropped, and check tells it by the program's counters",
  async () => {
    await up(VIP[4]);
    assert.equal(await isAnswered(4, syn("ipip", 4, 4, { from: "192.168.150.13" })), false);
    assert.ok(codes(await check(VIP[4])).includes("OUTER_SOURCE"));
    const more = await weir("up", VIP[4], "--method", "tun", "--director", "192.168.150.13");
    assert.equal(more.status, 0, more.stderr);
    assert.ok(await isAnswered(4, syn("ipip", 4, 4, { from: "192.168.150.13" })));
    assert.equal(await isAnswered(4, syn("ipip", 4, 4)), false, "the other one is none any more");
    const { findings, notes } = await check(VIP[4]);
    assert.deepEqual(codes({ ok: false, method: "tun", findings, notes }), ["NOBODY_LISTENS"]);
    const strangers = "2 tunnelled packets came from others than the directors, and were dropped";
    assert.ok(notes.includes(strangers), notes.join("\n"));
  },
);

labTest("check finds a program that is gone, and the command that it names mends it", async () => {
  await up(VIP[4]);
  const inode = statSync(namespacePath(lab, SERVER)).ino;
  await on(lab, SERVER, "rm", "-r", `/sys/fs/bpf/weir-real-server/${inode}`);
  await until("the kernel has let go", async () => (await program()) === undefined);
  const { findings } = await check(VIP[4]);
  const missing = findings.find(({ code }) => code === "DECAPSULATION_MISSING");
  assert.ok(missing, JSON.stringify(findings));
  await on(lab, SERVER, ...missing.fix.split(" "));
  await on(lab, SERVER, "ip", "address", "del", `${VIP[4]}/32`, "dev", "lo");
  const absent = (await check(VIP[4])).findings.find(({ code }) => code === "VIP_MISSING");
  assert.ok(absent);
  await on(lab, SERVER, ...absent.fix.split(" "));
  assert.ok(await isAnswered(4, syn("gre", 4, 4)));
});

labTest("clients who are answered by another interface are let through", async () => {
  await on(lab, SERVER, "ip", "link", "add", "other", "type", "veth", "peer", "beyond");
  await on(lab, SERVER, "ip", "address", "add", "10.9.0.1/24", "dev", "other");
  await on(lab, SERVER, "ip", "link", "set", "other", "up");
  await on(lab, SERVER, "sysctl", "-q", "-w", "net/ipv4/conf/eth0/rp_filter=1");
  const said = await up(VIP[4]);
  assert.match(said, /net\.ipv4\.conf\.eth0\.rp_filter = 2 \(was 1\): clients .* by other$/m);

  const far = syn("ipip", 4, 4, { client: "10.9.0.7" });
  const filtered = async () => {
    const shown = await on(lab, SERVER, "nstat", "-asz", "TcpExtIPReversePathFilter");
    const [, count] = /IPReversePathFilter\s+(\d+)/.exec(shown) ?? [];
    assert.ok(count !== undefined, shown);
    return Number(count);
  };
  const before = await filtered();
  await send(far);
  await until("it has come out", async () =>
    (await check(VIP[4])).notes.includes("1 packets have come out of tunnels"),
  );
  assert.equal(await filtered(), before, "loose mode lets it through");
  await on(lab, SERVER, "sysctl", "-q", "-w", "net/ipv4/conf/eth0/rp_filter=1");
  await send(far);
  await until("strict mode drops it", async () => (await filtered()) > before);
  const found = (await check(VIP[4])).findings.find(({ code }) => code === "REPLY_PATH");
  await on(lab, SERVER, ...found!.fix.split(" "));
  assert.ok(!codes(await check(VIP[4])).includes("REPLY_PATH"));
});

labTest("down leaves the host as it was, and only with the last VIP of tunnels", async () => {
  const state = async () => [
    await on(lab, SERVER, "ip", "-o", "address", "show"),
    await on(lab, SERVER, "cat", "/proc/sys/net/ipv4/conf/all/arp_ignore"),
    await program(),
  ];
  const before = await state();
  await up(VIP[4]);
  await up(VIP[6]);
  assert.equal(await up(VIP[6]), `${VIP[6]} is up already\n`);
  assert.equal((await weir("down", VIP[4])).status, 0);
  assert.ok(await isAnswered(6, syn("ipip", 4, 6)));
  assert.equal(await isAnswered(4, syn("ipip", 4, 4)), false);
  assert.equal((await weir("down", VIP[6])).status, 0);
  assert.deepEqual(await state(), before);
  const inode = statSync(namespacePath(lab, SERVER)).ino;
  assert.equal(existsSync(`/sys/fs/bpf/weir-real-server/${inode}`), false);
});

labTest("what is not asked rightly changes nothing, and says what to do", async () => {
  const none = await weir("up", VIP[4], "--method", "tun");
  assert.match(none.stderr, /takes them from its directors: give --director the address/);
  const stray = await weir("up", VIP[4], "--director", DIRECTOR[4]);
  assert.match(stray.stderr, /--director means nothing to the method dr: .* --method tun or nat/);
  await up(VIP[4]);
  const other = await weir("up", VIP[4]);
  assert.match(other.stderr, /is up with the method tun: run "weir real-server down 192/);
  for (const { status } of [none, stray, other]) assert.equal(status, 1);
});
