import { Random } from "../../src/base/random.ts";
import { INSTANCE_DEFAULTS } from "../../src/cluster/defaults.ts";
import type { InstanceSettings } from "../../src/cluster/settings.ts";
import { placeInstances } from "../../src/daemon/cluster/place.ts";
import { Election } from "../../src/daemon/election/election.ts";
import type { InstanceCounts, Order, Report } from "../../src/daemon/election/order.ts";
import { Clock } from "../../src/simulator/clock.ts";
import { SimulatedGround } from "../../src/simulator/ground.ts";
import { HostClock } from "../../src/simulator/host-clock.ts";
import { HostKernel } from "../../src/simulator/host-kernel.ts";
import { type Port, Segment } from "../../src/simulator/segment.ts";
import { Thread } from "../../src/simulator/thread.ts";

export const OWN = "192.168.150.10";
export const FORGER = "192.168.150.66";
export const PEER = "192.168.150.20";
export const VIP = "192.168.150.100";

const MAC = "02:00:00:00:00:10";
const LINK = 2;
const SECOND = 1_000_000;
const QUALITY = { delay: 50, jitter: 0, loss: 0, duplication: 0, reorders: false };
const HARDWARE = { mtu: 1500, hardware: 1, up: true } as const;

/** An election that runs over one link, and a host there that sends what it likes. */
export class ElectionScene {
  readonly #random = new Random(1);
  readonly #clock = new Clock(this.#random);
  readonly #segment = new Segment(this.#clock, this.#random, QUALITY);
  readonly #kernel: HostKernel;
  readonly #forger: Port;
  readonly #instance: InstanceSettings;
  #election: Election | undefined;
  #thread: Thread | undefined;
  readonly reports: Report[] = [];
  /** When its frames left, in seconds. */
  readonly sent: { readonly time: number; readonly bytes: Uint8Array }[] = [];

  constructor(settings: Partial<InstanceSettings>) {
    const around = { clock: this.#clock, random: this.#random, segment: this.#segment };
    const own = { clock: new HostClock(0, 0), host: "lb1", mac: MAC, addresses: [OWN] };
    this.#kernel = new HostKernel(around, own, (happening) => {
      if (happening.kind === "frame") this.sent.push({ time: this.now, bytes: happening.bytes });
    });
    this.#forger = this.#attach("forger", "02:00:00:00:00:66", FORGER);
    this.#attach("peer", "02:00:00:00:00:20", PEER);
    this.#instance = {
      ...INSTANCE_DEFAULTS,
      name: "VI_1",
      interface: "eth0",
      router: 51,
      addresses: [{ address: VIP, prefix: 24 }],
      ...settings,
    };
    this.start();
  }

  /** The daemon starts; one that is there is killed before, and its kernel goes on. */
  start(): void {
    this.#thread?.kill();
    this.#kernel.closeAll();
    const thread = new Thread(this.#clock, this.#random, 0, () => {});
    this.#thread = thread;
    const ground = new SimulatedGround(this.#clock, this.#kernel, thread);
    this.#election = new Election(ground, (report) => this.reports.push(report));
    const link = { index: LINK, name: "eth0", mac: MAC, ...HARDWARE };
    const addresses = [{ family: 4, address: OWN, prefix: 24, link: LINK }] as const;
    const network = {
      links: new Map([[LINK, link]]),
      addresses,
      routes: [],
      neighbours: new Map(),
    };
    const instances = placeInstances([this.#instance], network, () => 0);
    this.order({ kind: "configure", instances, groups: [] });
  }

  order(order: Order): void {
    this.#thread?.post(() => this.#election?.order(order));
    this.#clock.run(this.#clock.now);
  }

  get now(): number {
    return this.#clock.now / SECOND;
  }

  get counts(): InstanceCounts {
    return this.#election!.counts()[0]!;
  }

  /** The states of the instance, one after the other. */
  get states(): readonly string[] {
    return this.reports.flatMap((report) => (report.kind === "state" ? [report.state] : []));
  }

  get warnings(): readonly string[] {
    return this.reports.flatMap((report) =>
      report.kind === "log" && report.level === "warn" ? [report.message] : [],
    );
  }

  /** In seconds since the beginning. */
  runUntil(time: number): void {
    this.#clock.run(time * SECOND);
  }

  forge(frame: Uint8Array): void {
    this.#segment.transmit(this.#forger, frame);
  }

  /** A host that says nothing by itself. */
  #attach(host: string, mac: string, address: string): Port {
    const port: Port = { host, mac, addresses: [address], up: true, deliver: () => {} };
    this.#segment.attach(port);
    return port;
  }
}
