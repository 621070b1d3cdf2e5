import { REASONS_MAX } from "../../src/datapath/constants.ts";
import type { ArrayName } from "../../src/datapath/layout.ts";
import { receive } from "../../src/datapath/receive.ts";
import { sweep } from "../../src/datapath/sweep.ts";
import { memoryTables, View } from "../../src/datapath/tables.ts";
import type { NetworkView } from "../../src/state/next-hop.ts";
import { Publisher } from "../../src/state/publisher.ts";
import type { Program } from "./program.ts";

/** The specification as the machine asks it: a test may hand in a wrong one. */
export interface Specification {
  readonly receive: typeof receive;
  readonly sweep: typeof sweep;
}

export const SPECIFICATION: Specification = { receive, sweep };

/** One data path's tables, and who writes rules into them. */
export interface Side {
  readonly view: View;
  publisher: Publisher;
}

const NO_NETWORK: NetworkView = {
  links: new Map(),
  routes: [],
  neighbours: new Map(),
  addresses: [],
};

/**
 * Both data paths over tables of the same dimensions and secrets, and equal as long as they agree.
 */
export class Sides {
  readonly program: Side;
  readonly specification: Side;

  constructor(program: Program) {
    const { dimensions, hashKeys } = program.tables;
    const memory = memoryTables(dimensions, hashKeys);
    this.program = side(new View(program.tables));
    this.specification = side(new View(memory));
  }

  get both(): readonly Side[] {
    return [this.specification, this.program];
  }

  /** Tables as they are after loading: all zero. */
  clear(): void {
    for (const one of this.both) {
      const { arrays } = one.view.tables;
      for (const memory of Object.values(arrays)) new Uint8Array(memory).fill(0);
      one.publisher = new Publisher(one.view, NO_NETWORK);
    }
  }

  /**
   * The program's tables as the specification's are: what it did since they were alike is undone.
   */
  restoreProgram(): void {
    const { arrays } = this.specification.view.tables;
    for (const [name, memory] of Object.entries(this.program.view.tables.arrays)) {
      new Uint8Array(memory).set(new Uint8Array(arrays[name as ArrayName]));
    }
  }

  /**
   * Adds what the program counted on other CPUs to the first CPU's rows, where the specification
   * counts: the scheduler may have moved this process between two frames.
   */
  foldCpus(): void {
    const { dimensions, arrays } = this.program.view.tables;
    fold(new BigUint64Array(arrays.stats), (dimensions.servers * 64) / 8);
    fold(new BigUint64Array(arrays.reasons), REASONS_MAX);
  }
}

function side(view: View): Side {
  return { view, publisher: new Publisher(view, NO_NETWORK) };
}

function fold(counters: BigUint64Array, row: number): void {
  for (let at = row; at < counters.length; at++) {
    if (counters[at] === 0n) continue;
    counters[at % row] = counters[at % row]! + counters[at]!;
    counters[at] = 0n;
  }
}
