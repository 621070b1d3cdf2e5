/**
 * The lecture's first experiment, with the real keepalived: the master's link goes down, the VIP
 * moves to the backup; the link comes up, and the master takes it back. The client asks all the
 * time. Without IPVS in the kernel keepalived's directors forward nothing, so that a web server of
 * their own answers for them.
 *
 * The time without an answer has bounds by RFC 3768 section 6.1, with advertisements each second:
 * after its last one a backup of priority 50 waits 3 s and a skew of (256 - 50) / 256 s, and the
 * last one is up to 1 s old when the link goes. keepalived tells the backup nothing when its link
 * is gone, as it cannot.
 */
import assert from "node:assert/strict";
import { enter } from "../../../src/cli/lab/enter.ts";
import { CHECKOUT, logPath } from "../../../src/cli/lab/names.ts";
import { startDetached } from "../../../src/kernel/linux/process.ts";
import { labHooks, labTest, on } from "../lab.ts";
import { KEEPALIVED } from "./directors.ts";
import { BACKUP, haLab, MASTER } from "./ha-lab.ts";
import { describeTimeline } from "./observer.ts";
import { requestAgainAndAgain } from "./requester.ts";
import { untilSeen, watchMaster } from "./sight.ts";

const ha = haLab({ [MASTER]: KEEPALIVED, [BACKUP]: KEEPALIVED });
const { vip, port } = ha.topology;
/** The shortest time in milliseconds from the link's end to the backup's beginning. */
const LEAST_MS = 2_000 + ((256 - 50) / 256) * 1_000;

labHooks({
  before: async () => {
    await ha.build();
    for (const host of [MASTER, BACKUP]) {
      const server = [process.execPath, `${CHECKOUT}src/cli/lab/http-server.ts`, host, `${port}`];
      const [program, ...args] = enter(ha.lab, host, server);
      const started = await startDetached(program, args, logPath(ha.lab, host, "own-http"));
      assert.ok(started.ok);
    }
  },
});

labTest("the lecture's first experiment: link down, and the master's return", async () => {
  const watch = await watchMaster(ha);
  const ask = () => requestAgainAndAgain(ha.lab, vip, port);

  const during = await ask();
  await on(ha.lab, MASTER, "ip", "link", "set", "eth0", "down");
  await untilSeen(watch, BACKUP);
  const lost = await during.stop();
  const back = await ask();
  await on(ha.lab, MASTER, "ip", "link", "set", "eth0", "up");
  await untilSeen(watch, MASTER);
  const regained = await back.stop();
  await watch.stop();

  const told = [JSON.stringify({ lost, regained }), describeTimeline(watch.moments)].join("\n");
  assert.deepEqual(lost.by, [MASTER, BACKUP], told);
  assert.equal(regained.by[0], BACKUP, told);
  assert.ok(lost.longestGap >= LEAST_MS, told);
  assert.ok(regained.longestGap < lost.longestGap, told);
});
