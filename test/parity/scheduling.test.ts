import assert from "node:assert/strict";
import { after, test } from "node:test";
import { describeFault, type Result } from "../../src/base/fault.ts";
import { Random } from "../../src/base/random.ts";
import { SCHEDULERS } from "../../src/datapath/schedulers.ts";
import { type Service, serviceName } from "../../src/state/rule.ts";
import { IPVS_TIMEOUTS } from "../../src/state/timeouts.ts";
import { formatMapped } from "../../src/wire/address.ts";
import { packet, START, SYN, server, VIP } from "./fixtures/world.ts";
import { generateScheduling } from "./generate/scheduling.ts";
import { Machine } from "./machine.ts";
import { loadProgram, type Program } from "./program.ts";
import { replay, shrunkTranscript } from "./replay.ts";
import type { Step } from "./step.ts";

/**
 * Every scheduler of the XDP program against its specification, in tables with room for connections
 * enough to crowd servers, and for destinations enough to be forgotten.
 */

const SIZES = { buckets: 32, vips: 512, servers: 44 };
const SCENARIOS = 10;

const program = loadProgram(new Random(1), SIZES);
const mayNotLoad = !program.ok && program.fault.code === "BPF_PERMISSION";
const skip = mayNotLoad && `skipped, because ${describeFault(program.fault)}`;

after(() => {
  if (program.ok) program.value.close();
});

function loaded(result: Result<Program>): Program {
  assert.ok(result.ok, result.ok ? "" : describeFault(result.fault));
  return result.value;
}

for (const { name } of SCHEDULERS) {
  test(`scheduler ${name} chooses the same in both`, { skip }, () => {
    const machine = new Machine(loaded(program));
    const random = new Random(1);
    for (let i = 0; i < SCENARIOS; i++) {
      const steps = generateScheduling(random, name, SIZES.buckets);
      const difference = replay(machine, steps);
      assert.equal(difference && shrunkTranscript(machine, steps, difference), undefined);
    }
  });
}

/** Services of the VIP by port, with one scheduler. */
function services(scheduler: string, servers: Readonly<Record<number, readonly string[]>>): Step {
  const all = Object.entries(servers).map(([port, addresses]): Service => {
    const id = { kind: "address", protocol: "tcp", address: VIP, port: Number(port) } as const;
    const options = { scheduler, onePacket: false, schedulerFlags: 0 };
    return { id, ...options, servers: addresses.map((address) => server(address)) };
  });
  const named = all.map((service) => [serviceName(service.id), service] as const);
  return { kind: "rules", rules: { services: new Map(named), timeouts: IPVS_TIMEOUTS } };
}

for (const scheduler of ["lblc", "lblcr"]) {
  test(`${scheduler} does not take another service's server for one of its own`, { skip }, () => {
    const own = loaded(loadProgram(new Random(1), { servers: 3 }));
    const machine = new Machine(own);
    const { buckets } = own.tables.dimensions;
    const sweep: Step = { kind: "sweep", firstBucket: 0, buckets };
    const steps: Step[] = [
      ...START.filter(({ kind }) => kind !== "rules"),
      services(scheduler, { 80: ["192.168.150.21"], 81: ["192.168.150.22"] }),
      // Remembers the destination's server, whose record is then free, and then the other's.
      packet(SYN),
      sweep,
      { kind: "age", seconds: 1000 },
      sweep,
      services(scheduler, { 80: ["192.168.150.23"], 81: ["192.168.150.22"] }),
      services(scheduler, { 80: ["192.168.150.23"], 81: ["192.168.150.24", "192.168.150.22"] }),
      packet(SYN),
    ];
    assert.equal(replay(machine, steps), undefined);
    const { servers, loads } = machine.sides.specification.view;
    const busy = [0, 1, 2].filter((record) => loads.get(record, "active") > 0);
    assert.deepEqual(
      busy.map((record) => formatMapped(servers.bytes(record, "address"))),
      ["192.168.150.23"],
    );
    own.close();
  });
}
