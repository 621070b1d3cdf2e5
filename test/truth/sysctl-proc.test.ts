/**
 * sysctl-proc.txt: the defaults of IPVS's sysctls in two namespaces, what values they take, and
 * what they are in the end, through `weir settings`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { answerSettings } from "../../src/cli/settings.ts";
import { configured } from "../../src/daemon/testing/configured.ts";
import { parseTranscript, type Step } from "./transcript.ts";

const TEXT = readFileSync(new URL("sysctl-proc.txt", import.meta.url), "utf8");
const STEPS = parseTranscript(TEXT);

/** Defaults that are not held, and why. */
const DEFAULTS_EXCLUDED: ReadonlyMap<string, string> = new Map([
  ["sync_qlen_max", "a 32nd of the machine's free pages, and so another number on each"],
]);

/** Sysctls of later kernels than the one of the capture. */
const LATER = ["est_cpulist", "est_nice"];

const DEFENCE = "defences against floods are not there yet";
const SYNC = "connection sync is not there yet";
const FIREWALL = "there is no firewall between XDP and the wire for it to speak to";
const SCHEDULING = "not there yet";

/** Sysctls whose changes are not held: each is refused as not supported, whatever its value. */
const CHANGES_EXCLUDED: ReadonlyMap<string, string> = new Map([
  ["am_droprate", DEFENCE],
  ["amemthresh", DEFENCE],
  ["drop_entry", DEFENCE],
  ["drop_packet", DEFENCE],
  ["backup_only", SYNC],
  ["sync_ports", SYNC],
  ["sync_qlen_max", SYNC],
  ["sync_refresh_period", SYNC],
  ["sync_retries", SYNC],
  ["sync_sock_size", SYNC],
  ["sync_threshold", SYNC],
  ["sync_version", SYNC],
  ["conntrack", FIREWALL],
  ["snat_reroute", FIREWALL],
  ["cache_bypass", SCHEDULING],
  ["ignore_tunneled", SCHEDULING],
  ["schedule_icmp", SCHEDULING],
]);

/** "name = value" lines, with sync_threshold's tab as sysctl(8) prints it. */
function pairsOf(lines: string): [name: string, value: string][] {
  return [...lines.matchAll(/^(\w+) += (.*)$/gm)].map(([, name, value]) => [
    name!,
    value!.replace("\t", " "),
  ]);
}

function stepsOf(title: string): readonly Step[] {
  return STEPS.filter(({ section }) => section === title);
}

const INITIAL = TEXT.split(/^######## /m)[1]!;
const NAMESPACE = stepsOf("and in a new network namespace")[0]!.stdout;
const ACCEPTED = stepsOf("accepted values");
const CHANGES = ACCEPTED.filter(({ command }) => command.startsWith("sysctl -w "));

async function settings(daemon = configured()) {
  const all = await daemon.settings();
  assert.ok(all.ok);
  return new Map(all.value.map((setting) => [setting.name, setting]));
}

test("the capture was read whole", () => {
  assert.deepEqual(
    [pairsOf(INITIAL).length, pairsOf(NAMESPACE).length, CHANGES.length],
    [30, 30, 49],
  );
});

for (const [where, lines] of [
  ["the first namespace", INITIAL],
  ["a new namespace", NAMESPACE],
] as const) {
  test(`in ${where} every sysctl has the default that Weir names, and begins with`, async () => {
    const all = await settings();
    for (const [name, value] of pairsOf(lines)) {
      const setting = all.get(name);
      assert.ok(setting !== undefined, name);
      if (DEFAULTS_EXCLUDED.has(name)) assert.notEqual(setting.default, value);
      else assert.equal(setting.default, value, name);
      if (setting.value !== undefined) assert.equal(String(setting.value), value, name);
      all.delete(name);
    }
    assert.deepEqual([...all.keys()].sort(), LATER);
  });
}

test("what sysctl -w takes and refuses, `weir settings` takes and refuses, in order", async (t) => {
  const daemon = configured();
  const met = new Set<string>();
  for (const { command, stdout, status } of CHANGES) {
    const setting = /^sysctl -w '?([^']*)'?$/.exec(command)![1]!;
    const name = /^net\.ipv4\.vs\.(\w+)=/.exec(setting)![1]!;
    const reason = CHANGES_EXCLUDED.get(name);
    await t.test(reason === undefined ? setting : `${setting} [excluded: ${reason}]`, async () => {
      const answer = await answerSettings([setting], { sysctl: true }, daemon);
      if (reason !== undefined) {
        met.add(name);
        assert.equal(!answer.ok && answer.fault.code, "NOT_SUPPORTED");
      } else if (status === 0) {
        assert.equal(answer.ok && answer.value, stdout);
      } else {
        const expected = name === "nosuch" ? "NO_SUCH_SETTING" : "BAD_VALUE";
        assert.equal(!answer.ok && answer.fault.code, expected);
      }
    });
  }
  assert.deepEqual([...met].sort(), [...CHANGES_EXCLUDED.keys()].sort());

  await t.test("and in the end every sysctl that Weir has is what it is there", async () => {
    const end = new Map(pairsOf(ACCEPTED.at(-1)!.stdout));
    const kept = [...(await settings(daemon)).values()].filter(({ value }) => value !== undefined);
    assert.deepEqual(
      kept.map(({ name, value }) => [name, String(value)]),
      kept.map(({ name }) => [name, end.get(name)]),
    );
  });
});

/** What the rest of the capture is of, and why no part of Weir answers it. */
const SECTIONS_EXCLUDED: ReadonlyMap<string, string> = new Map([
  ["/proc/net files", "Weir is no module of the kernel, and has no files there"],
  ["modules and parameters", "Weir has no modules"],
  ["kernel log at load time", "Weir has no modules, and a log of its own"],
  ["which schedulers this kernel has", "each is a module there; sched.txt holds what they do"],
  ["conn_tab_bits", "a module's parameter; weir daemon --connections is as fine as one likes"],
]);

test("every section is held or excluded by name", () => {
  const titles = [...TEXT.matchAll(/^######## (.*)$/gm)].map(([, title]) => title!);
  const held = [/^\/proc\/sys\/net\/ipv4\/vs in/, /^and in a new/, /^accepted values$/];
  const rest = titles.filter((title) => !held.some((pattern) => pattern.test(title)));
  assert.deepEqual(
    rest.map((title) => [...SECTIONS_EXCLUDED.keys()].find((key) => title.startsWith(key))),
    [...SECTIONS_EXCLUDED.keys()],
  );
});
