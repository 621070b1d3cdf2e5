import type { Checker, Finding } from "../../health/checker.ts";
import { type Notice, remark } from "../../health/notice.ts";
import { counterparts, type Place } from "../../health/opinions.ts";
import type { VirtualServerSettings } from "../../health/settings.ts";
import {
  beginVirtualServer,
  changeOpinion,
  endVirtualServer,
  serversOf,
  type VirtualServer,
} from "../../health/virtual-server.ts";
import type { Served } from "../../state/desired.ts";
import { type CheckGround, CheckRunner } from "./check-runner.ts";

export interface VirtualServerGround extends CheckGround {
  tell(notices: readonly Notice[]): void;
  /** Others serve now than before. */
  changed(): void;
}

/** One virtual server with the runners of all its checks. */
export class VirtualServerRunner {
  readonly #ground: VirtualServerGround;
  /** By server and by check, as in the settings. */
  readonly #runners: readonly (readonly CheckRunner[])[];
  #machine: VirtualServer;

  /** Takes over from `before` the checks that stay the same. */
  constructor(
    ground: VirtualServerGround,
    settings: VirtualServerSettings,
    before: VirtualServerRunner | undefined,
    initialNotifies: boolean,
  ) {
    this.#ground = ground;
    const begun = beginVirtualServer(settings, before?.machine, initialNotifies);
    this.#machine = begun.virtualServer;
    this.#runners = this.#runnersOf(before);
    ground.tell(begun.notices);
  }

  get machine(): VirtualServer {
    return this.#machine;
  }

  get runners(): readonly CheckRunner[] {
    return this.#runners.flat();
  }

  runnerAt({ server, check }: Place): CheckRunner {
    return this.#runners[server]![check]!;
  }

  get served(): Served {
    return { settings: this.#machine.settings, servers: serversOf(this.#machine) };
  }

  /**
   * Asks while this host has one of the addresses; it always does without ha_suspend (K-64). Who
   * begins to ask waits for `wait` microseconds, and for its warmup.
   */
  hold(addresses: ReadonlySet<string>, wait: number): void {
    const { haSuspend, services } = this.#machine.settings;
    const own = services.flatMap((id) => (id.kind === "address" ? [id.address] : []));
    const asks = !haSuspend || own.length === 0 || own.some((address) => addresses.has(address));
    // Those that are taken over from another configuration go on as they are.
    for (const runner of this.runners) {
      if (asks) runner.resume(wait);
      else runner.suspend();
    }
  }

  end(): void {
    this.#ground.tell(endVirtualServer(this.#machine));
  }

  #runnersOf(before: VirtualServerRunner | undefined): (readonly CheckRunner[])[] {
    const { settings, opinions } = this.#machine;
    const places = before === undefined ? [] : counterparts(settings, before.machine.settings);
    return settings.servers.map((server, at) =>
      server.checks.map((check, index) => {
        const place = places[at]?.[index];
        const old = place && before?.runnerAt(place);
        const fit = opinions[at]![index]!.fit;
        const runner = old ?? new CheckRunner(this.#ground, check, server.weight, fit);
        runner.listen((finding, checker) => this.#hear(at, index, finding, checker));
        return runner;
      }),
    );
  }

  #hear(server: number, check: number, finding: Finding, { fit, weight }: Checker): void {
    const { settings } = this.#machine;
    if (finding.kind !== "changed") {
      const level = finding.kind === "failed" ? "warn" : "info";
      this.#ground.tell([remark(settings, settings.servers[server]!, level, finding.why)]);
      return;
    }
    const told = changeOpinion(this.#machine, server, check, { fit, weight }, finding.why);
    this.#machine = told.virtualServer;
    this.#ground.tell(told.notices);
    this.#ground.changed();
  }
}
