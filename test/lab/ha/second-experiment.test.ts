/**
 * The lecture's second experiment, with the real keepalived: its processes on the master are
 * killed, the VIP stays where it was, and the backup takes it too. The outside watch must see
 * that: a watch that never finds anything would be no proof of anything.
 */
import assert from "node:assert/strict";
import { labHooks, labTest, until } from "../lab.ts";
import { KEEPALIVED } from "./directors.ts";
import { BACKUP, haLab, MASTER } from "./ha-lab.ts";
import { describeTimeline } from "./observer.ts";
import { untilSeen, watchMaster } from "./sight.ts";

for (const ipv6 of [false, true]) {
  const options = { ipv6, prefix: ipv6 ? "ha-second-six" : "ha-second" };
  const ha = haLab({ [MASTER]: KEEPALIVED, [BACKUP]: KEEPALIVED }, options);
  labHooks({ before: ha.build, afterEach: ha.end });
  const family = ipv6 ? "over IPv6" : "over IPv4";

  labTest(`the lecture's second experiment ${family}: keepalived leaves two holders`, async () => {
    const watch = await watchMaster(ha);
    assert.deepEqual(watch.violations, []);
    ha.signal(MASTER, "SIGKILL");
    await untilSeen(watch, MASTER, BACKUP);
    await until("the watch finds two holders", async () => watch.violations.length > 0);
    const watched = await watch.stop();
    assert.ok(watched.rounds > 100, `only ${watched.rounds} rounds`);
  });

  labTest(`a hand-over ${family} is seen as one holder at a time`, async () => {
    const watch = await watchMaster(ha);
    ha.signal(MASTER, "SIGTERM");
    await untilSeen(watch, BACKUP);
    const timeline = describeTimeline(watch.moments);
    assert.deepEqual(watch.violations, [], timeline);
    await watch.stop();
  });
}
