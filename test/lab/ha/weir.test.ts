/**
 * The lecture's experiments with Weir, in whose second one director holds the VIP at every instant.
 */
import assert from "node:assert/strict";
import { labHooks, labTest, on } from "../lab.ts";
import { BACKUP, haLab, MASTER } from "./ha-lab.ts";
import { describeTimeline } from "./observer.ts";
import { requestAgainAndAgain } from "./requester.ts";
import { untilSeen, watchMaster } from "./sight.ts";
import { WEIR_DAEMON } from "./weir-daemon.ts";

for (const ipv6 of [false, true]) {
  const options = { ipv6, prefix: ipv6 ? "ha-weir-six" : "ha-weir" };
  const ha = haLab({ [MASTER]: WEIR_DAEMON, [BACKUP]: WEIR_DAEMON }, options);
  const { vip, port, hosts } = ha.topology;
  const servers = hosts.filter(({ role }) => role === "real server").map(({ address }) => address);
  labHooks({ before: ha.build, afterEach: ha.end });
  const family = ipv6 ? "over IPv6" : "over IPv4";

  labTest(`the first experiment ${family}: link down, and the master's return`, async () => {
    const watch = await watchMaster(ha);
    const client = await requestAgainAndAgain(ha.lab, vip, port);
    await on(ha.lab, MASTER, "ip", "link", "set", "eth0", "down");
    await untilSeen(watch, BACKUP);
    await on(ha.lab, MASTER, "ip", "link", "set", "eth0", "up");
    // The kernel keeps no link-local address over that, and the lab's interfaces make none.
    if (ipv6) await on(ha.lab, MASTER, ..."ip address add fe80::11/64 nodad dev eth0".split(" "));
    await untilSeen(watch, MASTER);
    const answers = await client.stop();
    await watch.stop();
    const told = `${JSON.stringify(answers)}\n${describeTimeline(watch.moments)}`;
    assert.deepEqual(watch.violations, [], told);
    assert.deepEqual([...answers.by].sort(), [...servers].sort(), told);
  });

  labTest(`the second experiment ${family}: one holder, and the client is answered`, async () => {
    const watch = await watchMaster(ha);
    const client = await requestAgainAndAgain(ha.lab, vip, port);
    ha.signal(MASTER, "SIGKILL");
    await untilSeen(watch, BACKUP);
    const again = await requestAgainAndAgain(ha.lab, vip, port);
    await ha.start(MASTER);
    await untilSeen(watch, MASTER);
    const answers = [await client.stop(), await again.stop()];
    await watch.stop();
    const told = `${JSON.stringify(answers)}\n${describeTimeline(watch.moments)}`;
    assert.deepEqual(watch.violations, [], told);
  });
}
