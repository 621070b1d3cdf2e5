import type { ElectionFile } from "../../../src/cli/lab/election-file.ts";
import { until } from "../lab.ts";
import { BACKUP, type DirectorName, type HaLab, MASTER } from "./ha-lab.ts";
import { type Observer, observe } from "./observer.ts";

/**
 * Starts both directors, by the lab's own files or by others, and the watch once the first holds
 * the VIP and is seen to.
 */
export async function watchMaster(
  ha: HaLab,
  fileOf: (host: DirectorName) => ElectionFile | undefined = () => undefined,
): Promise<Observer> {
  for (const host of [MASTER, BACKUP] as const) await ha.start(host, fileOf(host));
  await ha.untilHeldBy(MASTER);
  const watch = await observe(ha.lab);
  await untilSeen(watch, MASTER);
  return watch;
}

/** Waits until exactly these directors answer and forward, as the watch sees it. */
export async function untilSeen(watch: Observer, ...hosts: DirectorName[]): Promise<void> {
  await until(`${hosts.join(" and ")} answer and forward`, async () => {
    const now = watch.moments.at(-1);
    return now?.answers.join() === hosts.join() && now.forwards.join() === hosts.join();
  });
}
