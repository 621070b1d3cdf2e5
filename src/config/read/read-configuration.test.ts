import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readText } from "../testing/read-text.ts";

test("what is not known is nothing, and no finding", () => {
  const { configuration, findings } = readText(`foo bar
    vrrp_instance VI {
      foo
      interface eth0
      virtual_router_id 1
      bar {
        foo
      }
      virtual_ipaddress {
        10.0.0.1 foo
      }
    }`);
  assert.deepEqual(findings, []);
  assert.deepEqual(configuration.instances[0]?.addresses, [{ address: "10.0.0.1", prefix: 32 }]);
});

test("blocks without a name are nothing", () => {
  const { configuration } = readText(`vrrp_script {
      script /bin/x
    }
    vrrp_instance {
    }
    vrrp_sync_group {
    }
    virtual_server {
    }
    virtual_server_group {
    }`);
  assert.deepEqual(configuration, readText("").configuration);
});

const BLOCKS = [
  ..."global_defs static_ipaddress static_routes track_file vrrp_track_process".split(" "),
  ..."vrrp_script vrrp_sync_group garp_group vrrp_instance virtual_server_group".split(" "),
  ..."virtual_server real_server HTTP_GET SSL_GET TCP_CHECK MISC_CHECK SMTP_CHECK".split(" "),
  ..."DNS_CHECK UDP_CHECK PING_CHECK FILE_CHECK url host authentication group".split(" "),
  ..."virtual_ipaddress virtual_routes unicast_peer track_script track_interface".split(" "),
];
const WORDS = [
  ..."interface virtual_router_id priority state advert_int auth_type auth_pass quorum".split(" "),
  ..."hysteresis weight persistence_timeout lvs_sched lvs_method protocol ops mh-port".split(" "),
  ..."sorry_server connect_ip connect_port retry path status_code digest regex payload".split(" "),
  ..."require_reply misc_path track_file script process file fwmark via dev label brd".split(" "),
];
const VALUES = ["A", "B", "1", "0", "-1", "0.5", "10.0.0.1", "10.0.0.0/24", "10.0.0.1-9", "fd00::1"]
  .concat("PASS TUN type gue port TCP 80 eth0 + default".split(" "))
  .concat(WORDS);

const LINE = fc
  .tuple(
    fc.constantFrom(...WORDS, ...VALUES),
    fc.array(fc.constantFrom(...VALUES), { maxLength: 4 }),
  )
  .map(([word, values]) => [word, ...values].join(" "));

const { block } = fc.letrec<{ block: string; lines: string }>((tie) => ({
  block: fc
    .tuple(
      fc.constantFrom(...BLOCKS),
      fc.array(fc.constantFrom(...VALUES), { maxLength: 2 }),
      tie("lines"),
    )
    .map(([word, values, lines]) => `${[word, ...values].join(" ")} {\n${lines}\n}`),
  lines: fc
    .array(fc.oneof({ depthSize: "small", withCrossShrink: true }, LINE, tie("block")), {
      maxLength: 6,
    })
    .map((lines) => lines.join("\n")),
}));

test("no order of words makes reading throw, or finds a mistake without a place and a cure", () => {
  fc.assert(
    fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
      for (const { place, length, message, fix } of readText(blocks.join("\n")).findings) {
        assert.ok(place.line > 0 && place.column > 0 && length > 0);
        assert.match(message, /\.$/);
        assert.match(fix ?? "", /\.$/);
      }
    }),
    { numRuns: 300, seed: 4 },
  );
});
