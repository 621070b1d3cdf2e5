import assert from "node:assert/strict";
import { test } from "node:test";
import { World } from "./testing/world.ts";

const WEB = "-A -t 10.0.0.1:80 -s rr";

/** A director with one service, then a restore, then what is saved. */
async function restored(input: string) {
  const world = new World();
  await world.ipvsadm(["-A", "-t", "10.0.0.9:80"]);
  const outcome = await world.ipvsadm(["-R"], input);
  const { stdout: saved } = await world.ipvsadm(["-Sn"]);
  return { ...outcome, saved };
}

const BEFORE = "-A -t 10.0.0.9:80 -s wlc\n";

test("a restore with a bad line changes nothing and names the line", async () => {
  const cases: readonly (readonly [string, string, number])[] = [
    [`${WEB}\n\n${WEB}\n-A -t 10.0.0.2:80\n`, "line 3: Service already exists\n", 255],
    [`${WEB}\n-a -t 10.0.0.2:80 -r 1.1.1.1\n`, "line 2: Service not defined\n", 255],
    [`-A -t bogus\n${WEB}\n`, "line 1: illegal virtual server address[:port] specified\n", 2],
    [`${WEB}\n-A -t\n`, "line 2: -t: missing argument\n", 255],
    [`${WEB}\n-R\n`, "line 2: Try `ipvsadm -h' or 'ipvsadm --help' for more information.\n", 255],
    [`${WEB}\n-L -n\n-Ln -t 10.0.0.7:80\n`, "line 3: No such service\n", 1],
    [`${WEB}\n-L -n\n${WEB}\n-S\n`, "line 3: Service already exists\n", 255],
    [`${WEB}\n--help\n`, "line 2: --help has no place in a restore\n", 2],
    [`${WEB}\n--stop-daemon master\n`, "line 2: No daemon is running\n", 255],
  ];
  for (const [input, stderr, status] of cases) {
    assert.deepEqual(await restored(input), { stdout: "", stderr, status, saved: BEFORE }, input);
  }
});

test("listings among the lines show the rules so far, once everything is applied", async () => {
  const { stdout, saved, status } = await restored(`-C\n${WEB}\n-S -n\n-A -t 10.0.0.2:80\n-Z\n-Sn`);
  const all = `${WEB}\n-A -t 10.0.0.2:80 -s wlc\n`;
  assert.deepEqual([stdout, saved, status], [`${WEB}\n${all}`, all, 0]);
});

test("a whole restore is one batch", async () => {
  const world = new World();
  const sizes: number[] = [];
  const apply = world.director.apply.bind(world.director);
  world.director.apply = (operations) => {
    sizes.push(operations.length);
    return apply(operations);
  };
  const lines = Array.from({ length: 500 }, (_, at) => `-A -t 10.1.${at >> 8}.${at & 255}:80\n`);
  await world.ipvsadm(["-R"], lines.join(""));
  assert.deepEqual(sizes, [500]);
});

test("what is saved is restored to the same, thresholds too", async () => {
  const rules = `-A -t 10.0.0.1:80 -s wrr -p 60 -M 255.255.255.0
-a -t 10.0.0.1:80 -r 10.1.0.1:80 -g -w 3 -x 100 -y 50
-a -t 10.0.0.1:80 -r 10.1.0.2:8080 -m -w 0
-A -u 10.0.0.1:53 -s rr -o
-A -f 7 -6 -s mh -b mh-fallback,mh-port
-a -f 7 -6 -r [2001:db8::1]:0 -i -w 1 -x 9 --tun-type gue --tun-port 6080 --tun-csum
`;
  assert.equal((await restored(`-C\n${rules}`)).saved, rules);
});
