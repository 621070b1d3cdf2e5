import { Random } from "../../src/base/random.ts";
import { director } from "../../src/simulator/directors.ts";
import type { Disturbance } from "../../src/simulator/disturbance.ts";
import type { Plan } from "../../src/simulator/simulation.ts";

const SECOND = 1_000_000;
const MS = 1_000;

/** What a quartz is wrong by at the most, in microseconds a second: ten times a bad one. */
const DRIFT_MAX = 1_000;
const DISTURBANCES_MAX = 8;
/** After its last disturbance a plan goes on for so many intervals, to see who holds then. */
const CALM = 16;

/** A plan that nobody would think of: the same for a seed, always. */
export function randomPlan(seed: number): Plan {
  const random = new Random(seed);
  const settings = randomSettings(random);
  const { advertInterval } = settings;
  const numbers = random.chance(0.25) ? [1, 4, 5] : [1, 4];
  const unicast = settings.family === 4 && random.chance(0.2);
  const hosts = numbers.map((number) => {
    const priority = random.pick([50, 100, 100, 101, 150, 254, 255]);
    const drift = random.integer(2 * DRIFT_MAX + 1) - DRIFT_MAX;
    const others = numbers.filter((other) => unicast && other !== number);
    const peers = others.map((other) => ({ address: `192.168.150.${10 + other}` }));
    const clock = random.integer(2 ** 32);
    return director(number, priority, { ...settings, peers }, { clock, drift });
  });
  const names = hosts.map(({ name }) => name);
  const span = 20 * advertInterval;
  const disturbances = Array.from({ length: 1 + random.integer(DISTURBANCES_MAX) }, () =>
    randomDisturbance(random, names, advertInterval, span),
  ).sort((a, b) => a.at - b.at);
  const quality = { delay: 50 + random.integer(200), jitter: random.integer(500), ...CLEAR };
  return { hosts, quality, disturbances, duration: span + CALM * advertInterval };
}

function randomSettings(random: Random) {
  const version = random.chance(0.5) ? 2 : 3;
  const advertInterval = version === 2 ? SECOND : random.pick([10 * MS, 50 * MS, 200 * MS, SECOND]);
  const common = { version, advertInterval, preempt: !random.chance(0.2) } as const;
  if (version === 2 || random.chance(0.7)) return { ...common, family: 4 } as const;
  const addresses = [{ address: "fd00:150::100", prefix: 128 }];
  return { ...common, family: 6, group: "ff02::12", addresses } as const;
}

const CLEAR = { loss: 0, duplication: 0, reorders: false };

function randomDisturbance(
  random: Random,
  names: readonly string[],
  interval: number,
  span: number,
): Disturbance {
  const at = random.integer(span);
  const host = random.pick(names);
  const to = random.pick(names.filter((name) => name !== host));
  // As often short as long: what is over within a lease, and what outlasts an election.
  const duration = random.chance(0.5) ? random.integer(3 * interval) : random.integer(span / 2);
  const calls = random.chance(0.5) ? { calls: random.integer(30) } : {};
  switch (random.integer(10)) {
    case 0:
    case 1:
      return { at, kind: "crash", host, duration, ...calls };
    case 2:
    case 3:
      return { at, kind: "pause", host, duration, ...calls };
    case 4:
    case 5:
      return { at, kind: "cut", host, to, duration };
    case 6:
      return { at, kind: "link", host, duration };
    case 7:
      return { at, kind: "late", host, lateness: random.integer(interval), duration };
    case 8:
      return { at, kind: "priority", host, priority: 1 + random.integer(254) };
    default:
      return random.chance(0.5)
        ? { at, kind: random.pick(["stop", "power"] as const), host, duration }
        : randomWeather(random, at, interval, duration);
  }
}

function randomWeather(
  random: Random,
  at: number,
  interval: number,
  duration: number,
): Disturbance {
  return {
    at,
    kind: "weather",
    loss: random.integer(30) / 100,
    duplication: random.integer(30) / 100,
    delay: random.integer(interval / 20),
    jitter: random.integer(interval / 20),
    duration,
  };
}
