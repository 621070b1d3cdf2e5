import assert from "node:assert/strict";
import { test } from "node:test";
import { onHost } from "./host.ts";

/** `weir settings` and `weir mark` against a real daemon over a real kernel's tables. */

test("settings and marks survive a daemon that is killed, and marks find their interfaces", () =>
  onHost(async (host) => {
    const first = await host.start();
    const changed = host.weir("settings sloppy_tcp=1 lblc_expiration=600");
    assert.equal(changed.stdout, "sloppy_tcp = 1\nlblc_expiration = 600\n");
    const lines = "--to 10.9.0.100 --protocol tcp --port 80,443 --interface eth0 1\n--port 53 2\n";
    assert.equal(host.weir("mark restore", lines).stderr, "");
    assert.equal(host.weir("mark add --from 10.9.0.0/24 --interface eth9 3").stderr, "");
    assert.equal(host.weir("mark delete 2").stderr, "");
    const saved = `--to 10.9.0.100 --protocol tcp --port 80 --interface eth0 1
--family 4 --port 53 2
--family 6 --port 53 2
--from 10.9.0.0/24 --interface eth9 3
`;
    assert.equal(host.weir("mark save").stdout, saved);
    assert.match(host.weir("mark list").stdout, / eth9 \(missing: fits nothing\) +3$/m);

    await first.kill("SIGKILL");
    host.ip("link", "add", "eth9", "type", "veth", "peer", "name", "peer9");
    await host.start();
    assert.equal(host.weir("mark save").stdout, saved);
    assert.match(host.weir("mark list").stdout, / eth9 +3$/m);
    assert.equal(host.weir("settings lblc_expiration").stdout, "lblc_expiration = 600\n");
    host.ip("link", "del", "eth9");
    const gone = () => / eth9 \(missing: fits nothing\)/.test(host.weir("mark list").stdout);
    for (const until = Date.now() + 10_000; !gone(); ) assert.ok(Date.now() < until);
  }));

test("what is refused is one sentence, and status 1", () =>
  onHost(async (host) => {
    await host.start();
    const cases = [
      [
        "settings nosuch",
        /^weir settings: There is no setting "nosuch": weir settings lists them\n$/,
      ],
      ["settings pmtu_disc=x", /^weir settings: "x" is no value of pmtu_disc: give a whole number/],
      ["mark add --to 10.9.0.300 1", /^weir mark add: "10.9.0.300" is no address/],
      ["mark add --to 10.9.0.1 --from fd00::/8 1", /^weir mark add: A rule is of IPv4 or of IPv6/],
      ["mark delete 1", /^weir mark delete: There is no rule 1: weir mark list has numbers\n$/],
      [
        "mark delete one",
        /^error: command-argument value 'one' is invalid .* Write it like 2\.\n$/,
      ],
      [
        "mark add 7x",
        /^error: command-argument value '7x' is invalid .* Write it like 7 or 0x7\.\n$/,
      ],
    ] as const;
    for (const [command, said] of cases) {
      const { status, stdout, stderr } = host.weir(command);
      assert.match(stderr, said, command);
      assert.deepEqual([status, stdout], [1, ""], command);
    }
    assert.equal(host.weir("mark save").stdout, "");
  }));
