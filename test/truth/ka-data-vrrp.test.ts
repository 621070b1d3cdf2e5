/** VRRP instances of keepalived.conf against what keepalived 2.2.7 says that it has read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { InstanceSettings, TrackScript, VirtualAddress } from "../../src/cluster/settings.ts";
import type { Configuration } from "../../src/config/configuration.ts";
import { blocksOf, dumps, secondsText } from "./ka-data.ts";

const SCOPES: Readonly<Record<number, string>> = { 0: "global", 253: "link" };

/** What an instance comes to, in the words of keepalived's dump. */
function instanceLines(instance: InstanceSettings): Readonly<Record<string, unknown>> {
  const { garp, version, password, peers } = instance;
  const interval =
    version === 2
      ? `${instance.advertInterval / 1e6} sec`
      : `${instance.advertInterval / 1e3} milli-sec`;
  return {
    "VRRP Version": version,
    Interface: instance.interface,
    "Gratuitous ARP delay": garp.delay / 1e6,
    "Gratuitous ARP repeat": garp.repeat,
    "Gratuitous ARP refresh": garp.refresh / 1e6,
    "Gratuitous ARP refresh repeat": garp.refreshRepeat,
    "Gratuitous ARP lower priority delay": garp.lowerPriorityDelay / 1e6,
    "Gratuitous ARP lower priority repeat": garp.lowerPriorityRepeat,
    "Down timer adverts": instance.downTimerAdverts,
    "Send advert after receive lower priority advert": !instance.lowerPriorityNoAdvert,
    "Send advert after receive higher priority advert": instance.higherPrioritySendsAdvert,
    "Virtual Router ID": instance.router,
    Priority: instance.priority,
    "Advert interval": interval,
    Accept: instance.acceptMode ? "enabled" : "disabled",
    Preempt: instance.preempt ? "enabled" : "disabled",
    "Using smtp notification": instance.mails ? "yes" : "no",
    "Notify priority changes": instance.notifiesPriority,
    ...(password === undefined ? {} : { Password: password }),
    ...(peers.length > 0 ? { "Unicast TTL": instance.unicastTtl } : {}),
  };
}

function addressLine(address: VirtualAddress, device: string): string {
  const full = address.address.includes(":") ? 128 : 32;
  const prefix = address.prefix === full ? "" : `/${address.prefix}`;
  const broadcast = address.broadcast === undefined ? "" : ` brd ${address.broadcast}`;
  const scope = ` scope ${SCOPES[address.scope ?? 0]}`;
  const label = address.label === undefined ? "" : ` label ${address.label}`;
  const tail = `${label}${address.untracked ? " no_track" : ""}`;
  return `${address.address}${prefix}${broadcast} dev ${address.device ?? device}${scope}${tail}`;
}

function trackLines(instance: InstanceSettings): readonly string[] {
  return instance.tracks.map(({ kind, name, weight, reverse }) => {
    return `${name}${kind === "file" ? "," : ""} weight ${weight}${reverse ? " reverse" : ""}`;
  });
}

/** Lines of lists are indented more than those of values. */
function listsOf(block: string): readonly string[] {
  return block
    .split("\n")
    .filter((line) => /^ {5}(?!Using unicast)\S/.test(line))
    .map((line) => line.trim().replace(/ (?:set|deprecated|preferred_lft forever)\b/g, ""))
    .filter((line) => !line.includes("min_ttl"));
}

function scriptLines(script: TrackScript): Readonly<Record<string, unknown>> {
  return {
    Interval: `${script.interval / 1e6} sec`,
    Weight: `${script.weight}${script.reverse ? " reverse" : ""}`,
    Rise: script.rise,
    Fall: script.fall,
  };
}

function assertValues(block: string, expected: Readonly<Record<string, unknown>>): void {
  const values = new Map(
    Array.from(block.matchAll(/^ {3}(\S.*?) = (.*)$/gm), (match) => [match[1], match[2]]),
  );
  for (const [name, value] of Object.entries(expected)) {
    assert.equal(values.get(name), String(value), name);
  }
}

function eachInstance(
  { instances }: Configuration,
  dump: string,
  check: (instance: InstanceSettings, block: string) => void,
): void {
  const blocks = blocksOf(dump, /^ VRRP Instance = (.*)$/m);
  assert.deepEqual(
    blocks.map(({ name }) => name),
    instances.map(({ name }) => name),
  );
  instances.forEach((instance, at) => {
    check(instance, blocks[at]!.text);
  });
}

for (const { section, configuration, dump } of dumps("keepalived.data")) {
  test(`${section}: values`, () => {
    eachInstance(configuration, dump, (instance, block) => {
      assertValues(block, instanceLines(instance));
      const group = instance.peers.length > 0 ? "" : `Multicast address ${instance.group}`;
      assert.ok(block.includes(group), group);
      const checks = /Check unicast src : (.*)/.exec(block)?.[1] ?? "no";
      assert.equal(checks === "yes", instance.peers.length > 0 && instance.checkUnicastSource);
    });
  });

  test(`${section}: addresses and tracks`, () => {
    eachInstance(configuration, dump, (instance, block) => {
      const addresses = [...instance.addresses, ...instance.excluded];
      assert.deepEqual(listsOf(block), [
        ...addresses.map((address) => addressLine(address, instance.interface)),
        ...trackLines(instance),
      ]);
    });
  });
}

test("scripts, files and processes are what keepalived says they are", () => {
  const [{ configuration, dump }] = dumps("keepalived.data") as [ReturnType<typeof dumps>[0]];
  const scripts = blocksOf(dump, /^ VRRP Script = (.*)$/m);
  assert.equal(scripts.length, configuration.scripts.length);
  configuration.scripts.forEach((script, at) => {
    assertValues(scripts[at]!.text, scriptLines(script));
    const command = script.script.words.map((word) => `'${word}'`).join(" ");
    // keepalived shows where it has found a program: /bin is a link to /usr/bin there.
    const line = `Command = ${command.replace("'/bin", "'/usr/bin")}\n`;
    assert.ok(scripts[at]!.text.includes(line), line);
  });
  const [file] = blocksOf(dump, /^ Track file = (.*)$/m);
  assertValues(file!.text, { File: "/tmp/f", Weight: configuration.files[0]?.weight });
  const [process] = blocksOf(dump, /^ VRRP Track process = (.*)$/m);
  const { quorum, weight, forkDelay } = configuration.processes[0]!;
  assertValues(process!.text, {
    "Min processes": quorum,
    Weight: weight,
    "Fork delay": `${secondsText(forkDelay)}s`,
  });
});
