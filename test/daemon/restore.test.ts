/** A restore of ten thousand lines through the whole director, over tables in memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { WholeDirector } from "../truth/whole-director.ts";

const LINES = 10_000;

/** 2500 services with three servers each. */
const RULES = Array.from({ length: LINES / 4 }, (_, at) => {
  const service = `-t 10.1.${at >> 8}.${at & 255}:80`;
  const servers = [1, 2, 3].map((host) => `-a ${service} -r 192.168.150.${host} -g -w ${host}`);
  return [`-A ${service} -s wrr`, ...servers];
}).flat();

async function directorWithRules(): Promise<WholeDirector> {
  const plan = {
    interfaces: [{ mac: "02:00:00:00:00:10", addresses: ["192.168.150.10/24"] }],
    local: [],
    neighbours: Object.fromEntries(
      [1, 2, 3].map((n) => [`192.168.150.${n}`, `02:00:00:00:01:0${n}`]),
    ),
  };
  const size = { services: 8192, servers: 32_768, poolSlots: 65_536, vips: 16_384 };
  const director = new WholeDirector(plan, size);
  await director.ipvsadm("ipvsadm -A -t 192.168.150.100:80 -s rr");
  await director.ipvsadm("ipvsadm -a -t 192.168.150.100:80 -r 192.168.150.1 -m");
  return director;
}

const BAD: readonly (readonly [what: string, line: number, text: string, said: RegExp])[] = [
  ["that cannot be read", 1, "-A -t bogus", /^line 1: illegal virtual server address/],
  ["that IPVS refuses", 5001, RULES[0]!, /^line 5001: Service already exists$/m],
  ["for no service", 9999, "-a -t 10.9.9.9:80 -r 1.1.1.1", /^line 9999: Service not defined$/m],
  ["that is not supported yet", LINES, "-A --sctp-service 10.9.9.9:80", /^line 10000: .*SCTP/],
];

for (const [what, line, text, said] of BAD) {
  test(`one line ${what} among ${LINES} changes no byte of any table`, async () => {
    const director = await directorWithRules();
    const before = director.bytes();
    const saved = await director.ipvsadm("ipvsadm -Sn");
    assert.match(await director.ipvsadm("ipvsadm -R", RULES.with(line - 1, text)), said);
    for (const [table, bytes] of director.bytes()) {
      assert.ok(Buffer.compare(bytes, before.get(table)!) === 0, `table ${table}`);
    }
    assert.equal(await director.ipvsadm("ipvsadm -Sn"), saved);
  });
}

test(`without a bad line, all ${LINES} are there`, async () => {
  const director = await directorWithRules();
  assert.equal(await director.ipvsadm("ipvsadm -R", RULES), "");
  const saved = (await director.ipvsadm("ipvsadm -Sn")).trim().split("\n");
  assert.equal(saved.length, LINES + 2);
});
