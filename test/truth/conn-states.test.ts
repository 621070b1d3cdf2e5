import assert from "node:assert/strict";
import { parseFrame } from "../../src/wire/frame.ts";
import { type Client, datagram, segment } from "./client.ts";
import { type Flow, readSetups, type Setup, type Step } from "./conn-states-capture.ts";
import { holdDataPath } from "./data-path-cases.ts";
import { Director } from "./director.ts";
import { describeEntry } from "./entry.ts";
import type { Exclusion } from "./exclusions.ts";

/** State, timer and counts after every packet, as the IPVS kernel of the capture had them. */

const EXCLUSIONS: readonly Exclusion[] = [
  { cases: /^TCP, NAT/, reason: "NAT is not there yet" },
  { cases: /^TCP, TUN/, reason: "TUN is not there yet" },
  { cases: /^secure_tcp/, reason: "secure_tcp is not there yet" },
  { cases: /^(what ipvsadm -C|--set)(?!.*in DR$)/, reason: "NAT; what DR shows of it is held" },
  { cases: /^UDP: (NAT|one-packet)/, reason: "NAT and one-packet scheduling are not there yet" },
  { cases: /^SCTP/, reason: "SCTP is not there yet" },
  { cases: /^(persistence|expiry of the template|SIP)/, reason: "persistence is not there yet" },
  { cases: /^what -Lnc shows/, reason: "NAT; the listing's format is held with ipvsadm's" },
];

const CLIENT: Client = {
  address: "192.168.150.60",
  mac: "02:00:00:00:00:50",
  directorMac: "02:00:00:00:00:10",
  virtual: "192.168.150.100",
};

/** The real server's address has the MAC of the client's LAN, where the capture looks for it. */
const SERVER = "192.168.150.99";

function newDirector(): Director {
  return new Director({
    interfaces: [{ mac: CLIENT.directorMac, network: "192.168.150.0/24" }],
    local: [CLIENT.virtual],
    neighbours: { [SERVER]: CLIENT.mac },
  });
}

/** Plays a setup up to a flow, and holds that flow against the capture. */
function hold(setup: Setup, flow: Flow): void {
  const director = newDirector();
  for (const item of setup.items) {
    if (item.kind === "command") director.run(item.text);
    else for (const step of item.steps) play(director, item, step, item === flow);
    if (item === flow) return;
  }
}

function play(director: Director, flow: Flow, step: Step, compare: boolean): void {
  const seen = act(director, flow, step, compare);
  // The capture looked at the tables 30 ms after each step.
  director.pause(0.03);
  if (!compare) return;
  const where = `${step.kind} ${step.what}`;
  if (step.kind !== "server") assert.deepEqual(seen, step.seen.filter(notByOwnStack), where);
  const entries = director.connections().filter(({ client }) => client.port === flow.port);
  assert.deepEqual(entries.map(describeEntry), step.entries.map(squeeze), where);
  const loads = director.allServers().map(({ address, port, active, inactive }) => {
    return `${address}:${port} Active ${active} InAct ${inactive}`;
  });
  assert.deepEqual(loads, step.loads, where);
}

/** What is seen of a step on the client's LAN. */
function act(director: Director, flow: Flow, step: Step, compare: boolean): string[] {
  switch (step.kind) {
    case "wait":
      director.wait(Number(step.what));
      return [];
    case "command":
      director.run(step.what);
      return [];
    case "server":
      // In DR the director does not see it.
      return [];
    case "client":
      return send(director, flow, step, compare);
  }
}

function send(director: Director, { port }: Flow, step: Step, compare: boolean): string[] {
  const udp = step.what === "UDP";
  if (!udp && !/^[SFRPA]+$/.test(step.what)) throw new Error(`not supported yet: ${step.what}`);
  const sent = udp
    ? datagram(CLIENT, { port, virtualPort: 53 })
    : segment(CLIENT, { port, flags: step.what });
  const { verdict, reason, frame } = director.receive(sent);
  // What passes goes up to the host's own TCP as it came, which answers all but a RST with a RST.
  if (verdict === "pass") assert.deepEqual(frame, sent);
  const answered = verdict === "pass" && step.what !== "R";
  if (compare) assert.equal(answered, step.seen.some(byOwnStack), `${step.what}: ${reason}`);
  if (verdict !== "tx") return [];
  const left = parseFrame(frame);
  assert.ok(left.ok);
  assert.equal(left.value.eth.destination, CLIENT.mac);
  const from = left.value.ip!.source;
  return [
    udp
      ? `at client LAN: proto 17 from ${from}`
      : `at client LAN: ${step.what} from ${from}:${port}`,
  ];
}

function byOwnStack(seen: string): boolean {
  return seen === `at client LAN: R from ${CLIENT.virtual}:80`;
}

function notByOwnStack(seen: string): boolean {
  return !byOwnStack(seen);
}

function squeeze(line: string): string {
  return line.replaceAll(/ +/g, " ");
}

/**
 * Two captures were made with NAT, but what their client and their commands do is the same in DR:
 * these are played again so, without the server's packets, and as far as the client's do not close.
 */
function inDr(setup: Setup): Setup {
  const dr = (text: string) =>
    text
      .replaceAll("10.0.0.99", SERVER)
      .replaceAll(" -m", " -g")
      .replaceAll("server LAN", "client LAN");
  const items = setup.items.map((item) => {
    if (item.kind === "command") return { ...item, text: dr(item.text) };
    const closing = item.steps.findIndex(({ what }) => what.includes("F"));
    const steps = item.steps.slice(0, closing < 0 ? undefined : closing).map((step) => ({
      ...step,
      what: dr(step.what),
      seen: step.seen.map(dr),
      entries: step.entries.map(dr),
      loads: step.loads.map(dr),
    }));
    return { ...item, name: `${item.name}, in DR`, steps };
  });
  return { ...setup, items };
}

function casesOf(setup: Setup): { name: string; run: () => void }[] {
  const flows = setup.items.filter((item) => item.kind === "flow");
  if (flows.length === 0) return [{ name: setup.section, run: () => runCommands(setup) }];
  return flows.map((flow) => ({ name: flow.name, run: () => hold(setup, flow) }));
}

/** A setup of which only listings were captured. */
function runCommands({ section, items }: Setup): void {
  const director = newDirector();
  for (const item of items) if (item.kind === "command") director.run(item.text);
  assert.fail(`nothing here plays what follows in "${section}"`);
}

const setups = readSetups();
const alsoInDr = setups.filter(({ section }) => /^(what ipvsadm -C|--set)/.test(section));
holdDataPath([...setups, ...alsoInDr.map(inDr)].flatMap(casesOf), EXCLUSIONS, 64);
