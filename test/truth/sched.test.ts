import assert from "node:assert/strict";
import type { ServiceId } from "../../src/state/rule.ts";
import type { ServerRow } from "./capture.ts";
import { type Client, segment } from "./client.ts";
import { holdDataPath } from "./data-path-cases.ts";
import { Director } from "./director.ts";
import {
  changedRuns,
  divisorRuns,
  type Manner,
  orderedRuns,
  overThresholdRuns,
  type Run,
  refusals,
  schedulerChanges,
  thresholdRun,
  type WeightedRun,
  weightedRuns,
} from "./sched-capture.ts";

/** Which server each connection goes to, as the IPVS kernel of the capture chose it. */

const ANY_VIP = "10.99.0.1";
const CLIENT: Client = {
  address: "192.168.150.50",
  mac: "02:00:00:00:00:50",
  directorMac: "02:00:00:00:00:10",
  virtual: ANY_VIP,
};

/** A client on the captured LAN that opens connections one after the other. */
class Lan {
  readonly director = new Director({
    interfaces: [{ mac: CLIENT.directorMac, addresses: ["192.168.150.10/24"] }],
    local: ["10.99.0.0/16"],
    neighbours: {
      "192.168.150.11": "02:00:00:00:00:11",
      "192.168.150.12": "02:00:00:00:00:12",
      "192.168.150.13": "02:00:00:00:00:13",
      "192.168.150.14": "02:00:00:00:00:14",
    },
  });
  readonly #vip: string;
  #port = 10000;

  constructor(vip = ANY_VIP) {
    this.#vip = vip;
  }

  run(command: string): void {
    this.director.run(`ipvsadm ${command.replace("SERVICE", `-t ${this.#vip}:80`)}`);
  }

  addServers(weights: readonly number[]): void {
    for (const [i, weight] of weights.entries()) {
      this.run(`-a SERVICE -r 192.168.150.1${i + 1}:80 -g -w ${weight}`);
    }
  }

  /** The server that answers one connection, as the captures name it. */
  connect(manner: Manner): string {
    const port = ++this.#port;
    const server = this.#send(port, "S");
    if (server.startsWith("!")) {
      // The next try comes later than the limit of ICMP errors for one client (one a second).
      this.director.pause(1);
      return server;
    }
    // The handshake's ACK and the one for the server's line of data; then FIN and the ACK of the
    // server's FIN. The server's own packets do not come by.
    for (const flags of manner === "held" ? ["A", "A"] : ["A", "A", "FA", "A"]) {
      assert.equal(this.#send(port, flags), server);
    }
    this.director.pause(0.01);
    return server;
  }

  close(port: number): void {
    for (const flags of ["FA", "A"]) this.#send(port, flags);
  }

  get lastPort(): number {
    return this.#port;
  }

  sequence(manner: Manner, count: number): string[] {
    return Array.from({ length: count }, () => this.connect(manner));
  }

  table(): ServerRow[] {
    const service: ServiceId = { kind: "address", protocol: "tcp", address: this.#vip, port: 80 };
    return this.director.servers(service).map(({ address, port, weight, active, inactive }) => ({
      address,
      port,
      weight,
      active,
      inactive,
    }));
  }

  #send(port: number, flags: string): string {
    const { verdict, reason, frame } = this.director.receive(
      segment(CLIENT, { port, flags, virtual: this.#vip }),
    );
    // What connect() reports of an ICMP port unreachable.
    if (reason === "no-server") return "!Connection_refused";
    assert.equal(verdict, "tx", reason);
    return String(frame[5]! - 0x10);
  }
}

function weighted({
  scheduler,
  manner,
  weights,
  sequences,
  table,
  vip,
}: Run & { weights: readonly number[] }) {
  const lan = new Lan(vip);
  lan.run(`-A SERVICE -s ${scheduler}`);
  lan.addServers(weights);
  const { servers } = sequences[0]!;
  assert.deepEqual(lan.sequence(manner, servers.length), servers);
  assert.deepEqual(lan.table(), table);
}

const CHANGES: Readonly<Record<string, string>> = {
  "rs3 weight 1->6": "-e SERVICE -r 192.168.150.13:80 -g -w 6",
  "rs1 weight 3->0": "-e SERVICE -r 192.168.150.11:80 -g -w 0",
  "rs4 added weight 2": "-a SERVICE -r 192.168.150.14:80 -g -w 2",
  "rs2 deleted": "-d SERVICE -r 192.168.150.12:80",
  "rs1 weight 0->3": "-e SERVICE -r 192.168.150.11:80 -g -w 3",
  "rs2 added again weight 2": "-a SERVICE -r 192.168.150.12:80 -g -w 2",
};

function changed({ scheduler, manner, sequences, table, vip }: Run) {
  const lan = new Lan(vip);
  lan.run(`-A SERVICE -s ${scheduler}`);
  lan.addServers([3, 2, 1]);
  assert.equal(sequences.length, 1 + Object.keys(CHANGES).length);
  for (const { what, servers } of sequences) {
    const change = CHANGES[what.replace(/, next \d+$/, "")];
    if (what !== "first 10") lan.run(change!);
    assert.deepEqual(lan.sequence(manner, servers.length), servers, what);
  }
  assert.deepEqual(lan.table(), table);
}

function changedByCommands({ scheduler, weights, sequences, table, vip }: WeightedRun) {
  const lan = new Lan(vip);
  lan.run(`-A SERVICE -s ${scheduler}`);
  lan.addServers(weights);
  for (const { what, servers } of sequences) {
    const command = what.replace(/, next \d+$/, "");
    if (command !== "first") lan.run(command);
    assert.deepEqual(lan.sequence("held", servers.length), servers, what);
  }
  assert.deepEqual(lan.table(), table);
}

function schedulerChanged({ sequences, table, vip }: Run) {
  const lan = new Lan(vip);
  lan.run("-A SERVICE -s rr");
  lan.addServers([3, 2, 1]);
  for (const { what, servers } of sequences) {
    lan.run(`-E SERVICE -s ${what.split(" ").at(-1)!}`);
    assert.deepEqual(lan.sequence("held", servers.length), servers, what);
  }
  assert.deepEqual(lan.table(), table);
}

function ordered(scheduler: string, servers: readonly string[]) {
  const lan = new Lan();
  lan.run(`-A SERVICE -s ${scheduler}`);
  lan.run("-a SERVICE -r 192.168.150.13:80 -g -w 1");
  lan.run("-a SERVICE -r 192.168.150.11:80 -g -w 3");
  lan.run("-a SERVICE -r 192.168.150.12:80 -g -w 2");
  assert.deepEqual(lan.sequence("closed", servers.length), servers);
}

function thresholds() {
  const lan = new Lan();
  lan.run("-A SERVICE -s rr");
  lan.run("-a SERVICE -r 192.168.150.11:80 -g -x 2");
  lan.run("-a SERVICE -r 192.168.150.12:80 -g -x 3 -y 1");
  lan.run("-a SERVICE -r 192.168.150.13:80 -g");
  const [held, again] = thresholdRun();
  const counts = () => lan.table().map((row) => [row.address, row.active, row.inactive]);
  const first = lan.lastPort + 1;
  assert.deepEqual(lan.sequence("held", held!.sequence.servers.length), held!.sequence.servers);
  assert.deepEqual(counts(), held!.counts);
  for (let port = first; port <= lan.lastPort; port++) lan.close(port);
  assert.deepEqual(lan.sequence("held", again!.sequence.servers.length), again!.sequence.servers);
  assert.deepEqual(counts(), again!.counts);
}

function overThresholds({ scheduler, sequences, table, vip }: Run) {
  const lan = new Lan(vip);
  lan.run(`-A SERVICE -s ${scheduler}`);
  lan.run("-a SERVICE -r 192.168.150.11:80 -g -x 1");
  lan.run("-a SERVICE -r 192.168.150.12:80 -g -x 1");
  const { servers } = sequences[0]!;
  assert.deepEqual(lan.sequence("held", servers.length), servers);
  assert.deepEqual(lan.table(), table);
}

function refused(scheduler: string, result: string) {
  const lan = new Lan();
  lan.run(`-A SERVICE -s ${scheduler}`);
  lan.addServers([0, 0]);
  assert.equal(lan.connect("closed"), result);
}

holdDataPath(
  [
    ...weightedRuns().map((run) => ({ name: run.name, run: () => weighted(run) })),
    ...refusals().map(({ scheduler, result }) => ({
      name: `${scheduler} all weights zero`,
      run: () => refused(scheduler, result),
    })),
    ...changedRuns().map((run) => ({ name: run.name, run: () => changed(run) })),
    ...divisorRuns().map((run) => ({ name: run.name, run: () => changedByCommands(run) })),
    { name: schedulerChanges().name, run: () => schedulerChanged(schedulerChanges()) },
    ...orderedRuns().map(({ scheduler, servers }) => ({
      name: `${scheduler} servers added as 3, 1, 2`,
      run: () => ordered(scheduler, servers),
    })),
    { name: "upper thresholds", run: thresholds },
    ...overThresholdRuns().map((run) => ({ name: run.name, run: () => overThresholds(run) })),
  ],
  [],
  317,
);
