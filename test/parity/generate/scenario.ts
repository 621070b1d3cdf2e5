import type { Random } from "../../../src/base/random.ts";
import { type Rules, type Server, serviceName } from "../../../src/state/rule.ts";
import type { Settings, Step } from "../step.ts";
import { generateMarks } from "./marks.ts";
import { mutilate } from "./mutilate.ts";
import { generateNetwork } from "./network.ts";
import { generateQuestion } from "./questions.ts";
import { changeRules, generateRules } from "./rules.ts";
import type { AddressId } from "./services.ts";
import { generateHabits, Traffic } from "./traffic.ts";

/** How many steps a scenario has after its network, rules and settings. */
const STEPS_MIN = 200;
const STEPS_SPREAD = 600;

/** How much of what comes asks for a MAC address. */
const QUESTIONS = 0.01;

/** A network, rules and settings, and then what may happen to a director: mostly packets. */
export function generateScenario(random: Random, buckets: number): Step[] {
  const trouble = random.pick([0, 0.05, 0.3]);
  let rules = generateRules(random);
  const habits = generateHabits(random);
  const traffic = new Traffic(
    random,
    habits,
    () => idsOf(rules),
    (service) => serversOf(rules, service, random),
  );
  const steps: Step[] = [
    { kind: "network", network: generateNetwork(random, trouble) },
    { kind: "rules", rules },
    { kind: "settings", settings: generateSettings(random) },
    { kind: "marks", marks: generateMarks(random) },
  ];
  const length = STEPS_MIN + random.integer(STEPS_SPREAD);
  const mutilation = random.pick([0.01, 0.05, 0.4]);
  const upheaval = random.pick([0.005, 0.02, 0.06]);
  while (steps.length < length) {
    if (!random.chance(upheaval)) {
      const frame = random.chance(QUESTIONS) ? generateQuestion(random) : traffic.next();
      const wrong = random.chance(mutilation);
      steps.push({ kind: "packet", frame: wrong ? mutilate(frame, random) : frame });
      continue;
    }
    const event = random.integer(13);
    if (event <= 4) {
      rules = changeRules(random, rules);
      steps.push({ kind: "rules", rules });
    } else if (event <= 5) {
      steps.push({ kind: "network", network: generateNetwork(random, trouble) });
    } else if (event <= 6) {
      steps.push({ kind: "settings", settings: generateSettings(random) });
    } else if (event <= 7) {
      steps.push({ kind: "age", seconds: random.pick(AGES) });
    } else if (event <= 8) {
      steps.push({ kind: "marks", marks: generateMarks(random) });
    } else if (event <= 10) {
      steps.push(...collision(traffic, random));
    } else {
      steps.push(generateSweep(random, buckets));
    }
  }
  return steps;
}

/** Between the timeouts of states, and of no length that adds up to one. */
const AGES = [1.37, 3.37, 11.37, 40.37, 70.37, 130.37, 400.37, 1000.37];

function idsOf(rules: Rules): AddressId[] {
  return [...rules.services.values()].flatMap(({ id }) => (id.kind === "address" ? [id] : []));
}

/** Who may answer for a service: mostly its own servers, as far as it has some. */
function serversOf({ services }: Rules, service: AddressId, random: Random): readonly Server[] {
  const own = services.get(serviceName(service))?.servers ?? [];
  if (own.length > 0 && random.chance(0.7)) return own;
  return [...services.values()].flatMap(({ servers }) => servers);
}

/** Mostly as the kernel's defaults are, and with the lease held. */
function generateSettings(random: Random): Settings {
  return {
    lease: random.chance(0.8)
      ? random.pick(["none", "held"])
      : random.pick(["expired", "never", "mixed", "mixed"]),
    connReuseMode: random.chance(0.5) ? 1 : random.integer(4),
    sloppyTcp: random.chance(0.2),
    expireNodestConn: random.chance(0.3),
    expireQuiescentTemplate: random.chance(0.3),
    secureTcp: random.chance(0.1),
    natIcmpSend: random.chance(0.2),
    pmtuDisc: random.chance(0.8),
    lblcrExpiration: random.pick([0, 60, 86_400]),
  };
}

/** An entry that looks like another flow's, and then that flow. */
function collision(traffic: Traffic, random: Random): Step[] {
  const frame = traffic.opening();
  const steps: Step[] = [{ kind: "collide", frame }];
  if (random.chance(0.8)) steps.push({ kind: "packet", frame });
  return steps;
}

function generateSweep(random: Random, buckets: number): Step {
  if (random.chance(0.4)) return { kind: "sweep", firstBucket: 0, buckets };
  // Slices may reach beyond the end of the table.
  const firstBucket = random.integer(buckets + 1);
  return { kind: "sweep", firstBucket, buckets: random.integer(buckets + 2) };
}
