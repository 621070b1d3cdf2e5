import assert from "node:assert/strict";
import { test } from "node:test";
import { designConnections, type PacketCase, packetCases } from "../../bench/packets/cases.ts";
import { packetFigures } from "../../bench/packets/figures.ts";
import { describeFlood, measureFlood } from "../../bench/packets/flood.ts";
import { type CaseSamples, measurePackets } from "../../bench/packets/measure.ts";
import { describePackets } from "../../bench/packets/report.ts";
import { XDP_TX } from "../../bench/packets/rig.ts";
import { readLoad } from "../../bench/requests/load.ts";
import { scaleFigures } from "../../bench/scale/figures.ts";
import { measureScale } from "../../bench/scale/measure.ts";
import { describeScale } from "../../bench/scale/report.ts";
import { measureRing } from "../../bench/scale/ring.ts";
import { median, minimum } from "../../bench/statistics.ts";

const FLOWS = 1024;
const REPEATS = 4096;
const ROUNDS = 2;
const cannotLoad = process.getuid?.() === 0 ? false : "BPF programs need root";
const silent = () => {};

function tinyCases(): PacketCase[] {
  const table = "default";
  const dr = { method: "dr", family: 4 } as const;
  const few = { ...dr, flows: 1, connections: designConnections(1), repeats: REPEATS };
  const many = { ...dr, flows: FLOWS, connections: 8 * FLOWS, repeats: REPEATS };
  const fresh = { ...dr, flows: FLOWS, connections: 8 * FLOWS, repeats: FLOWS };
  return [
    { name: "one", kind: "known", table, target: Number.NEGATIVE_INFINITY, ...few },
    { name: "many", kind: "known", table, target: Number.POSITIVE_INFINITY, ...many },
    { name: "new", kind: "new", table, target: 0, ...fresh },
  ];
}

let measured: Promise<CaseSamples[]> | undefined;

/** What the first test that asks has measured. */
function samples(): Promise<CaseSamples[]> {
  measured ??= measurePackets(tinyCases(), ROUNDS, silent, new AbortController().signal).then(
    (result) => (result.ok ? result.value : assert.fail(result.fault.message)),
  );
  return measured;
}

test("every packet of the rig is forwarded, by known connections and by new ones", {
  skip: cannotLoad,
}, async () => {
  const all = await samples();
  const [one, many, fresh] = all as [CaseSamples, CaseSamples, CaseSamples];
  for (const { case: each, bounce, weir } of all) {
    for (const timings of [bounce, weir]) {
      assert.equal(timings.length, ROUNDS);
      for (const { verdicts } of timings) {
        assert.deepEqual(
          verdicts,
          verdicts.map((_, verdict) => (verdict === XDP_TX ? each.repeats : 0)),
        );
      }
    }
  }
  // Filling takes a SYN, an ACK and one more ACK of each flow.
  assert.deepEqual(one.reasons, { forwarded: ROUNDS * REPEATS + 2, scheduled: 1 });
  assert.equal(one.tracked, 1);
  assert.deepEqual(many.reasons, { forwarded: ROUNDS * REPEATS + 2 * FLOWS, scheduled: FLOWS });
  assert.equal(many.tracked, FLOWS);
  assert.deepEqual(fresh.reasons, { scheduled: ROUNDS * FLOWS });
  assert.equal(fresh.tracked, FLOWS);
});

test("figures are numbers, and the report says which targets are missed", {
  skip: cannotLoad,
}, async () => {
  const figures = (await samples()).map(packetFigures);
  for (const each of figures) {
    const { rig, kernelMedian, bytesAFlow, rounds } = each;
    const numbers = [each.median, each.minimum, rig, kernelMedian, bytesAFlow, ...rounds];
    assert.ok(numbers.every(Number.isFinite), JSON.stringify(each));
    assert.ok(each.allForwarded);
  }
  const lines = describePackets(figures, ROUNDS);
  const lineOf = (name: string) => lines.find((line) => line.split(/ {2,}/)[2] === name) ?? "";
  assert.match(lineOf("one"), /≤ -Infinity {2}missed$/);
  assert.match(lineOf("many"), /≤ Infinity {2}met$/);
});

test("many rules are restored, listed and changed, and all of it takes time", {
  skip: cannotLoad,
}, async () => {
  const plan = { services: 300, rounds: 1, edits: 2, requests: 3 };
  const measured = await measureScale(plan, silent, new AbortController().signal);
  const samples = measured.ok ? measured.value : assert.fail(measured.fault.message);
  assert.deepEqual(
    samples.map(({ edits, requests }) => [edits.length, requests.length]),
    [[plan.edits, plan.requests]],
  );
  const rings = measureRing(3, new AbortController().signal);
  const figures = scaleFigures({ samples, rings: rings.ok ? rings.value : [] });
  for (const { median: middle, minimum: least, maximum } of figures) {
    assert.ok(least > 0 && least <= middle && middle <= maximum && Number.isFinite(maximum));
  }
  const rows = describeScale(figures, plan).filter((line) =>
    /^(?:ipvsadm -(?:R|Ln|e)|a ring)/.test(line),
  );
  assert.equal(rows.length, 4);
});

test("every way to a server forwards every packet, in both families", {
  skip: cannotLoad,
}, async () => {
  const cases = packetCases(REPEATS)
    .filter(({ name, table }) => name === "one flow" && table === "design load")
    .map((each) => ({ ...each, repeats: REPEATS }));
  const measured = await measurePackets(cases, 1, silent, new AbortController().signal);
  const all = measured.ok ? measured.value : assert.fail(measured.fault.message);
  const ways = all.map(({ case: { method, family } }) => `${method} ${family}`);
  assert.deepEqual(ways, ["dr 4", "tun 4", "nat 4", "dr 6", "tun 6", "nat 6"]);
  for (const { reasons } of all)
    assert.deepEqual(reasons, { forwarded: REPEATS + 2, scheduled: 1 });
});

test("a flood of SYNs costs no established connection a packet", { skip: cannotLoad }, async () => {
  const plan = { connections: 1024, table: 2048, burst: 4096, bursts: 3 };
  const measured = await measureFlood(plan, silent, new AbortController().signal);
  const figures = measured.ok ? measured.value : assert.fail(measured.fault.message);
  assert.deepEqual(
    { lost: figures.lost, moved: figures.moved, packets: figures.packets },
    { lost: 0, moved: 0, packets: 3072 },
  );
  assert.ok((figures.reasons.refused ?? 0) > 0 && (figures.reasons.evicted ?? 0) > 0);
  assert.ok(Number.isFinite(figures.rate) && describeFlood(figures).length > 0);
});

test("an interruption ends the measurement with a fault", { skip: cannotLoad }, async () => {
  const ended = await measurePackets(tinyCases(), ROUNDS, silent, AbortSignal.abort());
  assert.equal(ended.ok ? "" : ended.fault.code, "BENCH_INTERRUPTED");
});

test("the design load leaves one slot of six free", () => {
  for (const { table, flows, connections } of packetCases(1)) {
    if (table !== "design load" || flows === 1) continue;
    assert.equal(connections % 8, 0);
    assert.ok(Math.abs(flows / connections - 5 / 6) < 0.0001, `${flows} of ${connections}`);
  }
});

test("what wrk says is read, errors included", () => {
  const said = [
    "Running 2s test @ http://192.168.150.100:80/",
    "  13890 requests in 2.00s, 2.10MB read",
    "  Socket errors: connect 1, read 20, write 0, timeout 3",
    "  Non-2xx or 3xx responses: 5",
    "Requests/sec:   6945.00",
  ].join("\n");
  assert.deepEqual(readLoad(said), {
    ok: true,
    value: { requests: 13_890, seconds: 2, errors: 29 },
  });
  const calm = readLoad("  7 requests in 999.50ms, 1.00KB read");
  assert.deepEqual(calm, { ok: true, value: { requests: 7, seconds: 0.9995, errors: 0 } });
  const strange = readLoad("unable to connect");
  assert.equal(strange.ok ? "" : strange.fault.code, "LOAD_STRANGE");
});

test("medians and minima", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(minimum([3, 1, 2]), 1);
});
