import assert from "node:assert/strict";
import { test } from "node:test";
import type { Track } from "../../cluster/settings.ts";
import { codesIn, readText } from "../testing/read-text.ts";

const DEFINITIONS = `vrrp_script check {
    script "/bin/check -q"
    weight -20
  }
  vrrp_script turned {
    script /bin/turned
    weight 3 reverse
  }
  vrrp_script upright {
    script /bin/upright
    weight 3 reverse
  }
  track_file number {
    file /run/number
  }
  vrrp_track_process web {
    process haproxy
  }`;

function text(tracks: string): string {
  return `vrrp_instance VI {
    interface eth0
    virtual_router_id 51
    ${tracks}
    virtual_ipaddress {
      10.0.0.1
    }
  }
  ${DEFINITIONS}`;
}

function tracks(lines: string): readonly Track[] {
  return readText(text(lines)).configuration.instances[0]!.tracks;
}

test("what is tracked has the weight of its definition, or its own", () => {
  assert.deepEqual(
    tracks(`track_interface {
        eth1
        eth2 weight -10 reverse
      }
      track_script {
        check
        turned weight 5
        turned noreverse
        upright noreverse
      }
      track_file {
        number weight 2
      }
      track_process {
        web weight 254
      }`),
    [
      { kind: "interface", name: "eth1", weight: 0, reverse: false },
      { kind: "interface", name: "eth2", weight: -10, reverse: true },
      { kind: "script", name: "check", weight: -20, reverse: false },
      { kind: "script", name: "turned", weight: 5, reverse: true },
      { kind: "script", name: "upright", weight: 3, reverse: false },
      { kind: "file", name: "number", weight: 2, reverse: false },
      { kind: "process", name: "web", weight: 254, reverse: false },
    ],
  );
});

test("a weight out of range leaves that of the definition", () => {
  assert.equal(tracks("track_script {\ncheck weight 254\n}")[0]?.weight, -20);
});

test("an instance does not track its own interface", () => {
  assert.deepEqual(tracks("track_interface {\neth0 weight 10\n}"), []);
});

test("what is not defined is not tracked, and is found", () => {
  const lines = "track_script {\nnosuch\n}\ntrack_file {\nnosuch\n}\ntrack_process {\nnosuch\n}";
  assert.deepEqual(tracks(lines), []);
  assert.deepEqual(codesIn(text(lines)), [
    "5 NO_SUCH_SCRIPT",
    "8 NO_SUCH_FILE",
    "11 NO_SUCH_PROCESS",
  ]);
});

test("what is defined without anything to look at is found where it is defined", () => {
  const empty = "vrrp_script empty {\n}";
  assert.deepEqual(codesIn(`${empty}\n${text("track_script {\nempty\n}")}`), ["1 SCRIPT_MISSING"]);
});
