import assert from "node:assert/strict";
import { test } from "node:test";
import { codesIn, readText } from "../testing/read-text.ts";

function text(group: string): string {
  const instance = (name: string, router: number): string => `vrrp_instance ${name} {
    interface eth0
    virtual_router_id ${router}
    track_script {
      weighted
      plain
    }
    virtual_ipaddress {
      10.0.0.${router}
    }
  }`;
  return `${group}
  ${instance("A", 1)}
  ${instance("B", 2)}
  vrrp_script weighted {
    script /bin/w
    weight 10
  }
  vrrp_script plain {
    script /bin/p
  }`;
}

const BOTH = "group {\nA B\n}";

test("a group has members, tracks, scripts and mails", () => {
  const { groups, instances } = readText(
    text(`vrrp_sync_group G {
      ${BOTH}
      track_script {
        weighted
      }
      track_interface {
        eth9
      }
      notify_master "/bin/m G"
      smtp_alert
      sync_group_tracking_weight
    }`),
  ).configuration;
  assert.deepEqual(groups, [
    {
      name: "G",
      members: ["A", "B"],
      tracks: [
        { kind: "interface", name: "eth9", weight: 0, reverse: false },
        { kind: "script", name: "weighted", weight: 10, reverse: false },
      ],
      sharesTracks: true,
      notify: { master: { words: ["/bin/m", "G"] } },
      mails: true,
    },
  ]);
  assert.equal(instances[0]?.tracks.length, 2);
});

test("members do not track with weights of their own", () => {
  const group = text(`vrrp_sync_group G {\n${BOTH}\n}`);
  const { groups, instances } = readText(group).configuration;
  assert.equal(groups[0]?.sharesTracks, false);
  for (const { tracks } of instances) {
    assert.deepEqual(tracks, [{ kind: "script", name: "plain", weight: 0, reverse: false }]);
  }
  assert.deepEqual(codesIn(group), ["6 WEIGHT_IN_GROUP", "17 WEIGHT_IN_GROUP"]);
});

test("a member that is not there, or is elsewhere already, is found", () => {
  const groups = text(`vrrp_sync_group G {
    group {
      A
      NOSUCH
      B
    }
    global_tracking
  }
  vrrp_sync_group H {
    group {
      A
    }
  }
  vrrp_sync_group G {
    ${BOTH}
  }`);
  assert.deepEqual(
    readText(groups).configuration.groups.map(({ name, members }) => [name, ...members]),
    [["G", "A", "B"]],
  );
  assert.deepEqual(codesIn(groups), [
    "4 NO_SUCH_INSTANCE",
    "11 INSTANCE_IN_TWO_GROUPS",
    "9 SMALL_GROUP",
    "14 DUPLICATE_NAME",
  ]);
});
