import { Random } from "../../src/base/random.ts";
import { ipvsadm } from "../../src/cli/ipvsadm/ipvsadm.ts";
import { shellWords } from "../../src/cli/ipvsadm/testing/shell-words.ts";
import { answerSettings } from "../../src/cli/settings.ts";
import { LocalConfiguration } from "../../src/daemon/configuration.ts";
import { LocalDirector } from "../../src/daemon/director.ts";
import { INTERFACES } from "../../src/datapath/constants.ts";
import type { Dimensions } from "../../src/datapath/layout.ts";
import { receive } from "../../src/datapath/receive.ts";
import { sweep } from "../../src/datapath/sweep.ts";
import { HASH_KEYS, memoryTables, type Tables } from "../../src/datapath/tables.ts";
import type { DataPath, Network } from "../../src/kernel/kernel.ts";
import { macBytes } from "../../src/wire/mac.ts";
import { ETHERNET_MTU, findRouteIn, networkOf, type Plan } from "./network.ts";

/** The kernel's own size of the connection table, which ipvsadm prints. */
const SIZE = 4096;

/**
 * The daemon's director and settings over tables in memory, behind the command lines of people:
 * ipvsadm and sysctl as the captures have them. Its clock stands still.
 */
export class WholeDirector {
  readonly #tables: Tables;
  readonly #director: LocalDirector;
  readonly #configuration: LocalConfiguration;
  readonly #network: ReturnType<typeof networkOf>;
  readonly #now = 1_000_000_000_000n;

  constructor(plan: Plan, larger: Partial<Dimensions> = {}) {
    const random = new Random(1);
    const keys = Uint32Array.from({ length: HASH_KEYS }, () => random.u32());
    const size = { services: 8, servers: 64, poolSlots: 64, vips: 64, cpus: 1 };
    this.#tables = memoryTables({ ...size, buckets: SIZE / 8, ...larger }, keys);
    this.#network = networkOf(plan);
    const network = { state: this.#network, resolve: () => ({ ok: true, value: undefined }) };
    const clock = { monotonic: () => this.#now };
    const kernelNetwork = network as unknown as Network;
    this.#director = new LocalDirector(this.#dataPath(), kernelNetwork, clock);
    this.#configuration = new LocalConfiguration(this.#director.view, kernelNetwork);
    for (const [at, { mac, mtu = ETHERNET_MTU }] of plan.interfaces.entries()) {
      const { ifaces } = this.#director.view;
      ifaces.bytes((at + 1) % INTERFACES, "mac").set(macBytes(mac));
      ifaces.set((at + 1) % INTERFACES, "ifindex", at + 1);
      ifaces.set((at + 1) % INTERFACES, "mtu", mtu);
    }
  }

  receive(frame: Uint8Array, ifindex: number): void {
    const findRoute = findRouteIn(this.#network);
    receive(this.#director.view, { frame, ifindex }, this.#now, findRoute);
  }

  /** What a real one does every two seconds. */
  estimationTurn(): void {
    this.#director.estimationTurn();
  }

  /** Every byte of every table. */
  bytes(): ReadonlyMap<string, Uint8Array> {
    const arrays = Object.entries(this.#tables.arrays);
    return new Map(arrays.map(([name, array]) => [name, new Uint8Array(array.slice(0))]));
  }

  /** Everything that the command prints, on either stream. */
  async ipvsadm(command: string, stdin: readonly string[] = []): Promise<string> {
    let printed = "";
    const print = (text: string) => {
      printed += text;
    };
    const resolver = {
      addressOf: async () => undefined,
      hostOf: async () => undefined,
      portOf: () => undefined,
      serviceOf: () => undefined,
    };
    const io = { stdin, stdout: print, stderr: print, isRoot: true, resolver };
    await ipvsadm(shellWords(command).slice(1), io, this.#director);
    return printed;
  }

  /** `sysctl -w NAME=VALUE`, as `weir settings` has it. */
  async sysctl(command: string): Promise<string> {
    const [, , setting] = command.split(" ");
    const answer = await answerSettings([setting!], { sysctl: true }, this.#configuration);
    return answer.ok ? answer.value : answer.fault.message;
  }

  #dataPath(): DataPath {
    const tables = this.#tables;
    return {
      tables,
      resumed: false,
      attachments: () => [],
      sweep: (first: number, buckets: number, now: number) => {
        return { ok: true, value: sweep(this.#director.view, first, buckets, now) };
      },
    } as unknown as DataPath;
  }
}
