import { type PrioSettings, prioConfiguration } from "./ka-prio-configurations.ts";
import { type CapturedSection, sectionsOf } from "./ka-vrrp-capture.ts";
import type { Story } from "./ka-vrrp-stories.ts";

/** The sections of ka-prio.txt and ka-prio2.txt and how each is played. */

const FILES = ["./ka-prio.txt", "./ka-prio2.txt"];

export const PRIO_SECTIONS: readonly CapturedSection[] = FILES.flatMap(sectionsOf).filter(
  ({ number }) => /^P\d+$/.test(number),
);

type Special = Partial<PrioSettings>;

const first = (special: Special = {}) =>
  prioConfiguration({ state: "MASTER", priority: 100, ...special });
const second = (special: Special = {}) =>
  prioConfiguration({ state: "BACKUP", priority: 90, ...special });

/** lb1 starts with each of these in turn, and lb2 beside it. */
function story(lb1: readonly string[], lb2: readonly string[] = [second()]): Story {
  return { configurations: { lb1, lb2 } };
}

/** One instance of lb1, and no other director. */
function alone(special: Special): Story {
  return story([first(special)], []);
}

const VERSION_3: Special = { globals: ["vrrp_version 3"], password: "" };
const TWO = ["192.168.150.100/24", "192.168.150.101/24"];
const THREE = [...TWO, "192.168.150.102/24"];

function script(path: string, ...lines: readonly string[]): Special {
  const head = ["vrrp_script chk {", `script "${path}"`, "interval 1"];
  return {
    before: [...head, ...lines, "user root", "}"],
    lines: ["track_script {", "chk", "}"],
  };
}

function tracked(kind: string, line: string, before: readonly string[] = []): Special {
  return { before, lines: [`${kind} {`, line, "}"] };
}

const MISSING = "/usr/bin/test ! -e /tmp/fail";
const FILE = ["vrrp_track_file tf {", "file /tmp/trk", "weight 1", "init_file 0", "}"];
const PROCESS = ["vrrp_track_process tp {", "process sleepy", "weight 0", "delay 0", "}"];

function unicast(own: number, peer: number): Special {
  const peers = ["unicast_peer {", `192.168.150.${peer}`, "}"];
  return { lines: [`unicast_src_ip 192.168.150.${own}`, ...peers] };
}

const GARP = ["repeat 2", "delay 2", "refresh 3", "refresh_repeat 1"];

/** A sync group over two LANs, as the capture shows it for lb1. */
function group(state: string, priority: number): string {
  const [shown] = PRIO_SECTIONS.filter(({ number }) => number === "P14");
  const text = shown!.text.split("\n").slice(1).join("\n").split("\nt=")[0]!;
  return text.replaceAll("state MASTER", `state ${state}`).replaceAll("y 100", `y ${priority}`);
}

/** The configuration of the notify scripts, as the capture shows it. */
function notifying(): string {
  const [shown] = sectionsOf("./ka-prio.txt").filter(({ number }) => number.startsWith("notify"));
  return shown!.text.split("\n").slice(1).join("\n");
}

export const PRIO_STORIES: Readonly<Record<string, Story>> = {
  P1: story([first({ state: "BACKUP" })]),
  P2: story([first({ state: "BACKUP", lines: ["nopreempt"] })], [second(), second()]),
  P3: story([first({ lines: ["nopreempt"] })]),
  P4: story([first({ state: "BACKUP", lines: ["preempt_delay 5"] })]),
  P5: story([first({ state: "BACKUP" })], [second({ priority: 100 })]),
  P6: story([first()], [second({ state: "MASTER" })]),
  P7: story([first({ priority: 255 }), first({ priority: 255, state: "BACKUP" })], []),
  P8: story([first(script(MISSING, "fall 2", "rise 2", "weight -20"))]),
  P9: story([first(script(MISSING, "fall 2", "rise 2"))]),
  P10: story([first(script("/tmp/hang", "timeout 2", "fall 1", "rise 1"))]),
  // Here too.
  P11: {
    ...story([
      first(tracked("track_interface", "dum0")),
      first(tracked("track_interface", "dum0 weight -30")),
    ]),
    ahead: { lb2: 0.049 },
  },
  P12: story([first(tracked("track_file", "tf", FILE))]),
  P13: story([first(tracked("track_process", "tp", PROCESS))]),
  P14: story([group("MASTER", 100)], [group("BACKUP", 90)]),
  P15: story([first({ password: "2222" })]),
  P16: story([first({ password: "" })]),
  P17: story([first()], [second({ interval: "2" })]),
  P18: story([first({ addresses: TWO })]),
  P19: story([first()], [second({ router: 52 })]),
  P20: alone({ authType: "AH" }),
  P21: story([first(VERSION_3)], [second(VERSION_3)]),
  P22: story(
    [first({ ...VERSION_3, interval: "0.1" })],
    [second({ ...VERSION_3, interval: "0.1" })],
  ),
  P23: alone({ globals: ["vrrp_version 3"] }),
  P24: alone({ ...VERSION_3, addresses: ["fe80::100/64", "fd00:150::100/64"] }),
  P25: alone({ interval: "0.5" }),
  P26: story([first(unicast(10, 20))], [second(unicast(20, 10))]),
  P27: alone({ lines: ["use_vmac", "vmac_xmit_base"], addresses: ["192.168.150.100/24"] }),
  P28: alone({ lines: ["use_vmac"], addresses: ["192.168.150.100/24"] }),
  P29: alone({ lines: GARP.map((line) => `garp_master_${line}`) }),
  P30: alone({ globals: ["vrrp_garp_interval 0.5"], addresses: THREE }),
  P31: story([first()]),
  // lb2 was master before lb1 in the capture, by 10 ms.
  P32: { ...story([first()]), ahead: { lb2: 0.063 } },
  P33: story([notifying()], []),
};
