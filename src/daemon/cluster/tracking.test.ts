import assert from "node:assert/strict";
import { test } from "node:test";
import { success } from "../../base/fault.ts";
import type { TrackFile, TrackProcess } from "../../cluster/settings.ts";
import { instanceSettings } from "../../cluster/testing/settings.ts";
import type { Configuration } from "../../config/configuration.ts";
import { Tracking } from "./tracking.ts";

const FILE: TrackFile = {
  name: "load",
  path: "/run/load",
  weight: -1,
  reverse: false,
  initial: { value: 0, overwrites: true },
};
const PROCESS: TrackProcess = {
  name: "web",
  command: ["nginx"],
  parameters: "ignored",
  fullCommand: false,
  weight: 0,
  reverse: false,
  quorum: 1,
  quorumMax: 65_535,
  forkDelay: 0,
  terminateDelay: 0,
};

function configuration(files: readonly TrackFile[], processes: readonly TrackProcess[]) {
  const tracks = [
    ...files.map(({ name, weight }) => ({ kind: "file", name, weight, reverse: false }) as const),
    ...processes.map(({ name }) => ({ kind: "process", name, weight: 0, reverse: false }) as const),
  ];
  const instances = [instanceSettings({ priority: 100, tracks })];
  return { instances, groups: [], scripts: [], files, processes } as unknown as Configuration;
}

/** A host whose files and processes are told by hand, and what was told of the instance. */
function host() {
  const told: string[] = [];
  const written: string[] = [];
  const listeners: { file?: (value: number) => void; processes?: (counts: number[]) => void } = {};
  const watch = { close: () => undefined };
  const ground: ConstructorParameters<typeof Tracking>[0] = {
    scripts: {
      check: () => success(undefined),
      run: async () => assert.fail("there is no script"),
    },
    tracking: {
      watchFile(_, changed) {
        listeners.file = changed;
        return watch;
      },
      watchProcesses(_, changed) {
        listeners.processes = changed;
        return watch;
      },
      writeFile(path) {
        written.push(path);
        return success(undefined);
      },
    },
    network: { state: { links: new Map(), routes: [], addresses: [], neighbours: new Map() } },
    fileRead: () => undefined,
    log: () => undefined,
  };
  const tracking = new Tracking(ground, ({ priority, fault = "fine" }) => {
    told.push(`${priority} ${fault}`);
  });
  return {
    tracking,
    told,
    written,
    file: (value: number) => listeners.file?.(value),
    processes: (count: number) => listeners.processes?.([count]),
  };
}

test("over a reload files and processes keep what is known of them", () => {
  const { tracking, told, written, file, processes } = host();
  tracking.configure(configuration([FILE], [PROCESS]));
  file(20);
  processes(2);
  const [before] = told.slice(-1);
  assert.equal(before, "80 fine");
  told.length = 0;
  tracking.configure(configuration([{ ...FILE, weight: -2 }], [PROCESS]));
  assert.deepEqual(told, ["60 fine"]);
  assert.deepEqual(written, ["/run/load"], "its initial value is that of the start");
  tracking.close();
});

test("another file, or other processes, have to be looked at first", () => {
  const { tracking, told, file, processes } = host();
  tracking.configure(configuration([FILE], [PROCESS]));
  file(20);
  processes(2);
  told.length = 0;
  const other = configuration([{ ...FILE, path: "/run/other" }], [{ ...PROCESS, quorum: 3 }]);
  tracking.configure(other);
  assert.deepEqual(told, ["100 process web has no result yet"]);
  file(5);
  processes(2);
  assert.deepEqual(told.slice(1), ["95 process web has no result yet", "95 process web is down"]);
  tracking.close();
});
