import { failure, type Result } from "../../src/base/fault.ts";
import { INTERFACES } from "../../src/datapath/constants.ts";
import { REASONS, type Reason, VERDICT_CODES } from "../../src/datapath/reason.ts";
import type { View } from "../../src/datapath/tables.ts";
import { hex } from "../../src/wire/bytes.ts";
import { macBytes } from "../../src/wire/mac.ts";
import { ProgramClock } from "./clock.ts";
import { compareTables } from "./compare.ts";
import { age, collide, writeMarks, writeSettings } from "./doctor.ts";
import { INGRESS, type Program } from "./program.ts";
import type { Routes } from "./routes.ts";
import { Sides, SPECIFICATION, type Specification } from "./sides.ts";
import type { Step } from "./step.ts";

/** The director's own MAC address on the interface where all frames come in. */
export const DIRECTOR_MAC = "02:00:00:00:00:10";

/** What one side made of a packet. */
export interface Met {
  readonly verdict: string;
  /** The counters that went up: the reason of the verdict, and what happened on the way. */
  readonly reasons: readonly Reason[];
  readonly frame: Uint8Array;
}

export interface Outcome {
  /** In words; undefined when both sides agree. */
  readonly difference?: string;
  /** Of a packet. */
  readonly met?: { readonly specification: Met; readonly program: Met };
}

const VERDICTS = new Map<number, string>([
  [0, "aborted"],
  ...Object.entries(VERDICT_CODES).map(([name, code]) => [code, name] as const),
]);

/** Publishers let what is taken out rest for a second; rules of a scenario come further apart. */
const PUBLISH_INTERVAL = 2_000_000_000n;

/** The clock ticks every few milliseconds; a frame takes one microsecond. */
const TRIES_MAX = 100;
/**
 * Takes steps with both data paths side by side and compares all that they did after each: verdict,
 * reasons, the bytes of the frame, and every byte of every table.
 *
 * The interface of a redirect is not compared: BPF_PROG_TEST_RUN does not tell it. It is the server
 * record's, which is the same in both, or the one towards clients.
 */
export class Machine {
  readonly sides: Sides;
  readonly #program: Program;
  readonly #specification: Specification;
  readonly #routes: Routes | undefined;
  #clock = new ProgramClock(0n);
  #published = 0n;

  /** `routes`: those of the namespace that this thread is in. */
  constructor(
    program: Program,
    specification: Specification = SPECIFICATION,
    routes: Routes | undefined = undefined,
  ) {
    this.#program = program;
    this.#specification = specification;
    this.#routes = routes;
    this.sides = new Sides(program);
  }

  /** Everything as after loading, on an interface that has a MAC address. */
  restart(): void {
    this.sides.clear();
    this.#published = 0n;
    this.#clock = new ProgramClock(process.hrtime.bigint());
    for (const { view } of this.sides.both) {
      view.ifaces.set(INGRESS % INTERFACES, "ifindex", INGRESS);
      view.ifaces.set(INGRESS % INTERFACES, "mtu", 1500);
      view.ifaces.bytes(INGRESS % INTERFACES, "mac").set(macBytes(DIRECTOR_MAC));
      const out = this.#routes?.ifindex;
      if (out !== undefined) view.ifaces.set(out % INTERFACES, "ifindex", out);
    }
  }

  take(step: Step): Outcome {
    if (step.kind === "packet") return this.#packet(step.frame);
    if (step.kind === "sweep") return this.#sweep(step.firstBucket, step.buckets);
    const refused = this.#prepare(step);
    return outcome(refused ?? this.#compareTables());
  }

  #prepare(step: Exclude<Step, { kind: "packet" | "sweep" }>): string | undefined {
    const now = process.hrtime.bigint();
    const answers: string[] = [];
    this.#published += PUBLISH_INTERVAL;
    for (const side of this.sides.both) {
      switch (step.kind) {
        case "network":
          side.publisher.setNetwork(step.network);
          break;
        case "rules":
          answers.push(codeOf(side.publisher.publish(step.rules, this.#published)));
          break;
        case "settings":
          writeSettings(side.view, step.settings, now);
          break;
        case "marks":
          writeMarks(side.view, step.marks);
          break;
        case "age":
          age(side.view, step.seconds);
          break;
        case "collide":
          collide(side.view, step.frame, INGRESS);
          break;
      }
    }
    const [specification, program] = answers;
    if (specification === program) return undefined;
    return `publishing: ${specification} by specification, ${program} by program`;
  }

  #packet(frame: Uint8Array): Outcome {
    const ran = this.#run(frame);
    if (!ran.ok) return { difference: ran.fault.message };
    const { specification, program } = this.sides;
    const before = specification.view.reasons.slice(0, REASONS.length);
    const arrival = { frame, ifindex: INGRESS };
    const received = this.#specification.receive(
      specification.view,
      arrival,
      this.#clock.last,
      this.#routes?.findRoute,
    );
    const met = {
      specification: {
        verdict: received.verdict,
        reasons: reasonsSince(before, specification.view),
        frame: received.frame,
      },
      program: {
        verdict: VERDICTS.get(ran.value.verdict) ?? String(ran.value.verdict),
        reasons: reasonsSince(before, program.view),
        frame: ran.value.frame,
      },
    };
    const difference = compareMet(met.specification, met.program) ?? this.#compareTables();
    return { ...outcome(difference), met };
  }

  /**
   * What the program makes of the frame, at one time that is known: as long as its clock goes on
   * meanwhile, the frame is taken again from the same tables, those that the specification still
   * has.
   */
  #run(frame: Uint8Array): ReturnType<Program["run"]> {
    const { specification, program } = this.sides;
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const earliest = process.hrtime.bigint();
      const ran = this.#program.run(frame);
      const latest = process.hrtime.bigint();
      if (!ran.ok) return ran;
      this.sides.foldCpus();
      if (!this.#clock.wentOn(program.view, specification.view, latest)) return ran;
      if (!this.#clock.fits(earliest, latest)) break;
      this.sides.restoreProgram();
    }
    return failure("CLOCK_STRANGE", "The program's clock is not the monotonic one, or never rests");
  }

  /**
   * The sweep is told the time; here it is the program's own, so that no entry is from the future.
   */
  #sweep(firstBucket: number, buckets: number): Outcome {
    const now = Number((this.#clock.last >> 20n) & 0xffff_ffffn);
    const ran = this.#program.sweep(firstBucket, buckets, now);
    if (!ran.ok) return { difference: ran.fault.message };
    const view = this.sides.specification.view;
    const swept = this.#specification.sweep(view, firstBucket, buckets, now);
    const { expired, live } = ran.value;
    if (expired !== swept.expired || live !== swept.live) {
      const difference =
        `sweep: the specification says ${swept.expired} expired and ${swept.live} live,` +
        ` the program ${expired} and ${live}`;
      return { difference };
    }
    return outcome(this.#compareTables());
  }

  #compareTables(): string | undefined {
    const { specification, program } = this.sides;
    return compareTables(specification.view.tables, program.view.tables);
  }
}

function outcome(difference: string | undefined): Outcome {
  return difference === undefined ? {} : { difference };
}

function codeOf(result: Result<void>): string {
  return result.ok ? "published" : result.fault.code;
}

/** Each reason as often as it was counted. */
function reasonsSince(before: BigUint64Array, { reasons }: View): Reason[] {
  return REASONS.flatMap((reason, i) =>
    reasons[i] === before[i] ? [] : repeated(reason, Number(reasons[i]! - before[i]!)),
  );
}

function repeated(reason: Reason, times: number): Reason[] {
  return Array.from({ length: times }, () => reason);
}

function compareMet(specification: Met, program: Met): string | undefined {
  if (specification.verdict !== program.verdict) {
    return `verdict: ${specification.verdict} by specification, ${program.verdict} by program`;
  }
  const expected = specification.reasons.join(", ");
  const actual = program.reasons.join(", ");
  if (expected !== actual) return `reasons: ${expected} by specification, ${actual} by program`;
  return compareFrames(specification.frame, program.frame);
}

function compareFrames(specification: Uint8Array, program: Uint8Array): string | undefined {
  if (Buffer.compare(specification, program) === 0) return undefined;
  if (specification.length !== program.length) {
    return `frame: ${specification.length} bytes by specification, ${program.length} by program`;
  }
  const at = specification.findIndex((byte, i) => byte !== program[i]);
  const [a, b] = [specification, program].map((frame) => hex(frame.subarray(at, at + 8)));
  return `frame at byte ${at}: ${a} by specification, ${b} by program`;
}
