/**
 * Three hosts and one file: what the kernel's own test of IPVS does with each forwarding method
 * (tools/testing/selftests/net/netfilter/ipvs.sh) must work with Weir as well. The client's network
 * has director and real server on it, these two have another one between them, and the VIP is on
 * the director's loopback interface: the client has a route to it.
 *
 *            client 192.168.150.1
 *                   │  route to the VIP by 192.168.150.11
 *   ────────────────┴──────────┬────────────────────┬─────────── bridge
 *                              │                    │
 *            node01, director                 node02, real server
 *            192.168.150.11                   192.168.150.12
 *            VIP 172.30.0.100 on lo                 │
 *            10.0.0.1 (eth1)                  10.0.0.12 (eth1)
 *                              │                    │
 *   ───────────────────────────┴────────────────────┴─────────── inside
 */
import assert from "node:assert/strict";
import { labHost } from "../../src/cli/lab/host.ts";
import { startDaemon } from "../../src/cli/lab/hosts.ts";
import { CHECKOUT } from "../../src/cli/lab/names.ts";
import { buildNetwork } from "../../src/cli/lab/network.ts";
import { writeLab } from "../../src/cli/lab/record.ts";
import { TOPOLOGIES, type Topology } from "../../src/cli/lab/topology.ts";
import { labHooks, labTest, on, ownLab, until } from "./lab.ts";

const VIP = "172.30.0.100";
const PORT = "8080";
const BYTES = 1_000_000;

const NETWORK: Topology = {
  ...TOPOLOGIES.get("dr")!,
  hosts: [
    labHost("client", "client", [["bridge", "192.168.150.", 1]], {
      routes: [{ to: `${VIP}/32`, via: "192.168.150.11" }],
    }),
    labHost(
      "node01",
      "director",
      [
        ["bridge", "192.168.150.", 11],
        ["inside", "10.0.0.", 1],
      ],
      { forwards: true },
    ),
    labHost("node02", "real server", [
      ["bridge", "192.168.150.", 12],
      ["inside", "10.0.0.", 12],
    ]),
  ],
};

const lab = ownLab("self");
const weir = (...words: string[]) => on(lab, "node02", "weir", "real-server", ...words);
const ipvsadm = (...words: string[]) => on(lab, "node01", "ipvsadm", ...words);

labHooks({
  before: async () => {
    const record = { name: lab, kind: "dr", processes: [] };
    writeLab(record);
    const built = await buildNetwork(lab, NETWORK);
    assert.ok(built.ok, built.ok ? "" : built.fault.message);
    await on(lab, "node01", "ip", "address", "add", `${VIP}/32`, "dev", "lo");
    const started = await startDaemon(record, "node01", ["eth0", "eth1"]);
    assert.ok(started.ok, started.ok ? "" : started.fault.message);
    await on(lab, "node02", "sh", "-c", `${serve()} >/dev/null 2>&1 &`);
    const listening = ["ss", "-Hltn", `sport = :${PORT}`];
    await until("it listens", async () => (await on(lab, "node02", ...listening)) !== "");
  },
  afterEach: async () => {
    await ipvsadm("-C");
    await weir("down", VIP);
  },
});

/** The service with its one real server, and a megabyte from there. */
async function transfers(server: string, method: string): Promise<void> {
  await ipvsadm("-A", "-t", `${VIP}:${PORT}`, "-s", "rr");
  await ipvsadm("-a", "-t", `${VIP}:${PORT}`, "-r", `${server}:${PORT}`, method);
  const url = `http://${VIP}:${PORT}/bytes/${BYTES}`;
  const taken = await on(lab, "client", "curl", "--silent", "--show-error", "-m", "10", url);
  assert.equal(taken.length, BYTES);
  assert.match(
    await ipvsadm("-L", "-n", "-c"),
    new RegExp(`${VIP}:${PORT} +${server}:${PORT}$`, "m"),
  );
}

labTest("direct routing: one transfer", async () => {
  await weir("up", VIP);
  await transfers("192.168.150.12", "-g");
});

labTest("masquerading: one transfer, the way back by the director alone", async () => {
  await on(lab, "node02", "ip", "link", "set", "eth0", "down");
  await weir("up", VIP, "--method", "nat", "--director", "10.0.0.1");
  await transfers("10.0.0.12", "-m");
  await on(lab, "node02", "ip", "link", "set", "eth0", "up");
});

labTest("tunnels: one transfer, answered by another interface than it came in by", async () => {
  await weir("up", VIP, "--method", "tun", "--director", "10.0.0.1");
  await transfers("10.0.0.12", "-i");
});

/** The web server of the labs. */
function serve(): string {
  const server = `${CHECKOUT}src/cli/lab/http-server.ts`;
  return [process.execPath, server, "192.168.150.12", PORT].join(" ");
}
