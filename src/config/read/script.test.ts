import assert from "node:assert/strict";
import { test } from "node:test";
import { codesIn, readText } from "../testing/read-text.ts";

const SECOND = 1_000_000;
const COUNT_MAX = 0x7fff_ffff;

test("a script runs each second, and a failure is a fault", () => {
  const { scripts } = readText('vrrp_script a {\nscript "killall -0 haproxy"\n}').configuration;
  assert.deepEqual(scripts, [
    {
      name: "a",
      script: { words: ["killall", "-0", "haproxy"] },
      interval: SECOND,
      timeout: SECOND,
      weight: 0,
      reverse: false,
      rise: 1,
      fall: 1,
      startsFailed: false,
    },
  ]);
});

test("a script has an interval, which is its timeout too, and the rest", () => {
  const { scripts } = readText(`vrrp_script a {
      script "/bin/check 'one word' two" dropped
      interval 2.5
      weight -5 reverse
      rise 3
      fall 4
      user joe staff
      init_fail
    }
    vrrp_script b {
      script /bin/b
      interval 2
      timeout 9
      weight 300
    }`).configuration;
  assert.deepEqual(scripts[0], {
    name: "a",
    script: { words: ["/bin/check", "one word", "two"], user: "joe", group: "staff" },
    interval: 2.5 * SECOND,
    timeout: 2.5 * SECOND,
    weight: -5,
    reverse: true,
    rise: 3,
    fall: 4,
    startsFailed: true,
  });
  assert.deepEqual([scripts[1]?.timeout, scripts[1]?.weight], [9 * SECOND, 0]);
});

test("a file has a weight of 1, and may be written at the start", () => {
  const { files } = readText(`track_file a {
      file /run/a
    }
    vrrp_track_file b {
      file /run/b
      weight -2 reverse
      init_file 7 overwrite
    }
    track_file c {
      file /run/c
      init_file
    }`).configuration;
  assert.deepEqual(files, [
    { name: "a", path: "/run/a", weight: 1, reverse: false },
    {
      name: "b",
      path: "/run/b",
      weight: -2,
      reverse: true,
      initial: { value: 7, overwrites: true },
    },
    {
      name: "c",
      path: "/run/c",
      weight: 1,
      reverse: false,
      initial: { value: 0, overwrites: false },
    },
  ]);
});

test("a process is one by its name, wherever there is no more", () => {
  const { processes } = readText("vrrp_track_process p {\nprocess haproxy\n}").configuration;
  assert.deepEqual(processes, [
    {
      name: "p",
      command: ["haproxy"],
      parameters: "ignored",
      fullCommand: false,
      weight: 0,
      reverse: false,
      quorum: 1,
      quorumMax: COUNT_MAX,
      forkDelay: 0,
      terminateDelay: 0,
    },
  ]);
});

test("processes are counted between quorum and quorum_max, after a delay", () => {
  const { processes } = readText(`vrrp_track_process p {
      process "/tmp/a b" one "two three"
      param_match partial
      weight 7 reverse
      quorum 2
      quorum_max 3
      delay 2
      fork_delay 0.5
      full_command
    }
    vrrp_track_process none {
      process haproxy
      quorum_max 0
      param_match
    }`).configuration;
  assert.deepEqual(processes[0], {
    name: "p",
    command: ["/tmp/a b", "one", "two three"],
    parameters: "partial",
    fullCommand: true,
    weight: 7,
    reverse: true,
    quorum: 2,
    quorumMax: 3,
    forkDelay: SECOND / 2,
    terminateDelay: 2 * SECOND,
  });
  assert.deepEqual([processes[1]?.quorum, processes[1]?.quorumMax], [0, 0]);
  assert.equal(processes[1]?.parameters, "exact");
});

test("what names nothing to look at does not exist, and is found", () => {
  const text = "vrrp_script a {\n}\ntrack_file b {\n}\nvrrp_track_process c {\n}";
  const { scripts, files, processes } = readText(text).configuration;
  assert.deepEqual([scripts, files, processes], [[], [], []]);
  assert.deepEqual(codesIn(text), [
    "1 SCRIPT_MISSING",
    "3 TRACK_FILE_MISSING",
    "5 PROCESS_MISSING",
  ]);
});

test("a command line for a shell is found, in a script and in a check", () => {
  const script = (command: string): string => `vrrp_script a {\nscript "${command}"\n}`;
  for (const command of ["ss -ltn | grep x", "iptables -L| grep 80", "/a; /b", "/a > /dev/null"]) {
    assert.deepEqual(codesIn(script(command)), ["2 SHELL_WORDS"], command);
  }
  assert.deepEqual(codesIn(script("grep ':::80 |x' /tmp/a")), []);
  const check = `virtual_server fwmark 1 {
    real_server 10.0.0.1 {
      MISC_CHECK {
        misc_path "/a && /b"
      }
    }
    lvs_sched wlc
    lvs_method NAT
  }`;
  assert.deepEqual(codesIn(check), ["4 SHELL_WORDS"]);
});
