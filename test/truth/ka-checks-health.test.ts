/**
 * The health of servers as keepalived 2.2.7 judged it: the same configurations, the same servers,
 * the same first moment; then the same servers go and come back at the same times, and the table
 * is the same after each change.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { readConfiguration } from "../../src/config/read/read-configuration.ts";
import { plainTree } from "../../src/config/testing/plain-tree.ts";
import { type Behaviour, HealthGround } from "../../src/daemon/health/testing/ground.ts";
import { START_WAIT } from "../../src/health/checker.ts";
import type { VirtualServerSettings } from "../../src/health/settings.ts";
import type { ScriptEnd } from "../../src/kernel/scripts.ts";
import { ECHO, mail, names, OPEN, REFUSE, VANISH, web } from "./ka-checks-servers.ts";
import { type Moment, type Timeline, timeline } from "./ka-checks-timeline.ts";

const SECOND = 1_000_000;
const RS1 = "192.168.150.11";
const RS2 = "192.168.150.12";

/**
 * Seconds. The guest of the captures is slow: each check takes some ms, and the next is counted
 * from its end. This is well under the second and the two of the delays.
 */
const TOLERANCE = 0.4;

/** Seconds that a deed of the captures took in the guest before it had its effect. */
const LATENESS = 0.06;

interface Scenario {
  /** Which of the sections of that name. */
  readonly titled?: string | undefined;
  /** Where the section shows none. */
  readonly configuration?: string;
  /** Lines of the virtual server that the section does not show. */
  readonly extra?: string;
  readonly good?: Behaviour;
  readonly bad?: Behaviour;
  /** What servers do until the first deed; `good` unless told. */
  readonly first?: Behaviour;
  /**
   * Seconds from an attempt to the first log of a turn, where success was not logged: with it the
   * moment of the first attempt is known.
   */
  readonly beforeTurn?: number;
  /** Of rs2 where it is checked too. */
  readonly both?: true;
  /** The link came back in the middle of an attempt, at whose end only a kernel can say. */
  readonly straddles?: true;
  readonly script?: (deed: string) => ScriptEnd | "hang";
}

const WEB = { good: web(200) };
const HTTP_GET = `HTTP_GET {
  url {
    path /
    status_code 200
  }
  connect_timeout 2
  retry 2
  delay_before_retry 1
}`;
const PLAIN_GET = HTTP_GET.replace("    status_code 200\n", "");
const HANG = (deed: string) =>
  deed.startsWith("FAIL") ? "hang" : ({ kind: "exit", status: 0 } as const);
const EXIT_1 = (deed: string) =>
  ({ kind: "exit", status: deed.startsWith("FAIL") ? 1 : 0 }) as const;
const STATUS = (deed: string) => {
  const status = Number(/exit status now (\d+)/.exec(deed)?.[1] ?? 0);
  return { kind: "exit", status } as const;
};

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  C1: { ...WEB, bad: web(500) },
  C2: { ...WEB, bad: REFUSE },
  C3: { ...WEB, bad: VANISH },
  C4: { ...WEB, bad: OPEN },
  C5: { ...WEB, bad: web(200, "other\n") },
  "C6 301": { titled: "answers 301", configuration: PLAIN_GET, good: web(301), beforeTurn: 0 },
  "C6 404": { titled: "answers 404", configuration: PLAIN_GET, good: web(404), beforeTurn: 0 },
  C7: { ...WEB, bad: web(500) },
  C8: { ...WEB, bad: REFUSE },
  C9: { ...WEB, bad: REFUSE },
  C10: { ...WEB, bad: web(500) },
  C11: { good: OPEN, bad: REFUSE },
  C12: { good: OPEN, bad: VANISH, straddles: true },
  C13: { good: OPEN, bad: REFUSE },
  C14: { script: EXIT_1 },
  C15: { script: EXIT_1 },
  C16: { script: HANG },
  C17: {
    configuration: `MISC_CHECK {
  misc_path "/tmp/misc.sh"
  misc_timeout 2
  misc_dynamic
  user root
}
weight 7`,
    script: STATUS,
  },
  C18: { good: mail("220 hello"), bad: REFUSE },
  C19: { good: mail("220 hello"), bad: mail("421 busy") },
  C20: { good: names(0), bad: VANISH, beforeTurn: 8 },
  C21: { good: names(0), bad: names(2), beforeTurn: 2 },
  C22: { good: names(0), bad: names(3), beforeTurn: 2 },
  C23: { good: ECHO, bad: VANISH },
  C24: { good: ECHO, bad: VANISH },
  C25: { good: ECHO, bad: VANISH },
  C26: { good: REFUSE, bad: REFUSE, beforeTurn: 0 },
  C28: { ...WEB, bad: REFUSE },
  C29: { ...WEB, bad: REFUSE, extra: "alpha" },
  C30: { ...WEB, first: REFUSE, configuration: HTTP_GET, beforeTurn: 0 },
  C31: { ...WEB, first: REFUSE, configuration: HTTP_GET, extra: "alpha" },
  C33: { ...WEB, bad: REFUSE, both: true },
  C34: { ...WEB, bad: REFUSE, both: true },
  C35: { ...WEB, bad: REFUSE, both: true },
  C36: { ...WEB, bad: REFUSE, both: true },
  C37: { ...WEB, bad: REFUSE, both: true },
};

for (const [key, scenario] of Object.entries(SCENARIOS)) {
  const [name] = key.split(" ") as [string];
  const captured = timeline(name, { titled: scenario.titled, beforeFix: scenario.straddles });
  test(`${captured.title}`, async () => {
    const settings = configured(captured, scenario);
    const { turns, tables } = await play(captured, scenario, settings);
    assert.deepEqual(
      turns.map(({ what }) => what),
      captured.turns.map(({ what }) => what),
    );
    for (const [index, { at, what }] of captured.turns.entries()) {
      const ours = turns[index]!.at;
      const place = `${what}: ${ours.toFixed(2)}, captured at ${at}`;
      assert.ok(Math.abs(ours - at) < TOLERANCE, place);
    }
    assert.deepEqual(tables, captured.tables);
  });
}

function configured({ shown }: Timeline, scenario: Scenario): VirtualServerSettings {
  const whole = shown.includes("virtual_server ") ? shown : wrapped(shown, scenario);
  const { configuration } = readConfiguration(plainTree(whole));
  const [settings] = configuration.virtualServers;
  assert.ok(settings !== undefined, whole);
  return settings;
}

/** What the captures' script puts around the server that a section shows. */
function wrapped(shown: string, { configuration, extra = "" }: Scenario): string {
  const server =
    configuration === undefined
      ? shown
      : `real_server ${RS1} 80 {\n  weight 1\n  ${configuration}\n}`;
  const port = /real_server [\d.]+ (\d+)/.exec(server)![1];
  const protocol = /DNS_CHECK|UDP_CHECK/.test(server) ? "UDP" : "TCP";
  return `virtual_server 192.168.150.100 ${port} {
delay_loop 2
lb_algo rr
lb_kind DR
protocol ${protocol}
${extra}
${server}
real_server ${RS2} ${port} {
weight 1
}
}`;
}

/** The first numbers that are drawn are waits of the start: those that keepalived had drawn. */
function drawing(chances: readonly number[]): Random {
  const random = new Random(1);
  const draw = random.u32.bind(random);
  const left = [...chances];
  random.u32 = () => {
    const chance = left.shift();
    return chance === undefined ? draw() : Math.floor(chance * 2 ** 32);
  };
  return random;
}

async function play(captured: Timeline, scenario: Scenario, settings: VirtualServerSettings) {
  const chances = settings.servers
    .filter(({ checks }) => checks.length > 0)
    .map(({ address }) => firstChance(captured, scenario, settings, address));
  const ground = new HealthGround(drawing(chances));
  const { good = OPEN, bad = REFUSE, first = good, script } = scenario;
  const { port } = settings.servers[0]!;
  const serve = (address: string, behaviour: Behaviour) => {
    ground.serve(address, port, behaviour);
    // Where pings go.
    ground.serve(address, 0, behaviour);
  };
  for (const address of [RS1, RS2]) serve(address, first);
  const clock = (at: number) => Math.round((at - captured.begun) * SECOND);
  const tables: (readonly string[])[] = [];
  const look = () => {
    const table = [...ground.serving].sort();
    if (JSON.stringify(table) !== JSON.stringify(tables.at(-1))) tables.push(table);
  };
  ground.changed = look;
  if (script !== undefined) ground.script = () => script("");
  ground.configure(settings);
  ground.notices.length = 0;
  look();
  for (const { at, what } of captured.deeds) {
    if (at < captured.begun) continue;
    await ground.runUntil(clock(at + LATENESS));
    if (script !== undefined) ground.script = () => script(what);
    const host = what.startsWith("rs2") ? RS2 : RS1;
    serve(host, /^FAIL|fails/.test(what) ? bad : good);
  }
  const end = captured.turns.at(-1)?.at ?? captured.begun;
  await ground.runUntil(clock(Math.max(end, captured.deeds.at(-1)?.at ?? 0) + 2 * TOLERANCE));
  const turns = ground.notices.flatMap(({ at, notice }): Moment[] => {
    const line = /^(?:RS \[([^\]]+)\]|(VS)).* (UP|DOWN)$/.exec(notice.fifoLine ?? "");
    if (line === null) return [];
    return [{ at: captured.begun + at / SECOND, what: `${line[1] ?? line[2]} ${line[3]}` }];
  });
  return { turns, tables };
}

/** How much of warmup the captured server waited, by the time of an attempt that is known. */
function firstChance(
  { begun, successes, turns }: Timeline,
  { beforeTurn }: Scenario,
  settings: VirtualServerSettings,
  address: string,
): number {
  const [check] = settings.servers.find((server) => server.address === address)!.checks;
  const { delayLoop, warmup } = check!.timing;
  const { conversation, alpha } = check!;
  const more = conversation.kind === "http" && !alpha ? conversation.urls.length - 1 : 0;
  const known =
    beforeTurn === undefined
      ? successes.get(address)! - (more * delayLoop) / SECOND
      : turns[0]!.at - beforeTurn;
  const waited = (known - begun) * SECOND - START_WAIT;
  const chance = (((waited % delayLoop) + delayLoop) % delayLoop) / warmup;
  return Math.min(chance, 1 - 2 ** -32);
}
