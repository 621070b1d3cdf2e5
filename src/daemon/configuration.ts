import { type Result, success } from "../base/fault.ts";
import type { View } from "../datapath/tables.ts";
import { applyMarkOperations, type MarkOperation } from "../state/mark.ts";
import {
  type Links,
  markInterfaces,
  publishMarks,
  readMarks,
  resolveMarks,
} from "../state/mark-records.ts";
import { changeSettings, findSetting, listSettings, type Setting } from "../state/settings.ts";
import type { Configuration, ListedMark } from "./api/configuration.ts";
import type { Applied } from "./api/director.ts";

/**
 * How long a set of marks rests before the one after it is written where the one before it was. A
 * packet is through in microseconds, unless a hypervisor takes its CPU away.
 */
const MARKS_REST_MS = 100;

/** Settings and marks. They live in the tables alone, where the next daemon finds them. */
export class LocalConfiguration implements Configuration {
  readonly #view: View;
  readonly #network: { readonly state: Links };
  /** Until when the next change of marks waits. */
  #marksRested: Promise<unknown> = Promise.resolve();

  constructor(view: View, network: { readonly state: Links }) {
    this.#view = view;
    this.#network = network;
    this.networkTurn();
  }

  async settings(): Promise<Result<readonly Setting[]>> {
    return success(listSettings(this.#view));
  }

  async setting(name: string): Promise<Result<Setting>> {
    return findSetting(this.#view, name);
  }

  async changeSettings(changes: Readonly<Record<string, string>>): Promise<Result<void>> {
    return changeSettings(this.#view, changes);
  }

  async marks(): Promise<Result<readonly ListedMark[]>> {
    const there = markInterfaces(this.#view);
    return success(
      readMarks(this.#view).map((rule, at) => ({
        number: at + 1,
        ...rule,
        ...(there[at] ? {} : { interfaceMissing: true as const }),
      })),
    );
  }

  changeMarks(operations: readonly MarkOperation[]): Promise<Applied> {
    const changed = this.#marksRested.then(() => this.#changeMarks(operations));
    this.#marksRested = changed.then(({ ok }) => (ok ? rest() : undefined));
    return changed;
  }

  /** After each change of the network: interfaces that marks name come and go. */
  networkTurn(): void {
    resolveMarks(this.#view, this.#network.state);
  }

  #changeMarks(operations: readonly MarkOperation[]): Applied {
    const rules = applyMarkOperations(readMarks(this.#view), operations);
    if (!rules.ok) return { ok: false, operation: rules.operation ?? 0, fault: rules.fault };
    publishMarks(this.#view, rules.value, this.#network.state);
    return { ok: true };
  }
}

/** Does not hold up a daemon that ends. */
function rest(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, MARKS_REST_MS).unref());
}
