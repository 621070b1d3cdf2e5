import assert from "node:assert/strict";
import { test } from "node:test";
import { describeFault, type Result } from "../../base/fault.ts";
import { configured } from "../../daemon/testing/configured.ts";
import { answerList, answerSave } from "./command.ts";
import { restoreMarks } from "./restore.ts";

const LINES = `--to 192.168.150.100 --protocol tcp --port 80 1
--from 10.0.0.0/8 --source-port 1024-65535 --interface eth0 2
--from 2001:db8::/32 --to 2001:db8::1 --protocol udp --port 8000-8100 --interface eth9 4294967295
--family 4 --port 53 3
--family 6 0
`;

function text(answer: Result<string>): string {
  return answer.ok ? answer.value : describeFault(answer.fault);
}

test("what is saved is restored to the same", async () => {
  const daemon = configured("lo", "eth0");
  assert.equal(text(await restoreMarks(LINES, daemon)), "");
  assert.equal(text(await answerSave(daemon)), LINES);
});

test("a list of ports and a rule of no family are several lines afterwards", async () => {
  const daemon = configured("lo");
  const lines = "# the web\n\n  --to 10.0.0.1 --port 80,443,8000-8010 0x10\n--protocol udp 7\n";
  assert.equal(text(await restoreMarks(lines, daemon)), "");
  const saved = `--to 10.0.0.1 --port 80 16
--to 10.0.0.1 --port 443 16
--to 10.0.0.1 --port 8000-8010 16
--family 4 --protocol udp 7
--family 6 --protocol udp 7
`;
  assert.equal(text(await answerSave(daemon)), saved);
});

test("a restore with a bad line changes nothing and names the line", async () => {
  const daemon = configured("lo", "eth0");
  await restoreMarks(LINES, daemon);
  const cases = [
    ["--to 10.0.0.1 1\n--to 10.0.0.0/33 2\n", /^line 2: "10.0.0.0\/33" is no address/],
    ["--to 10.0.0.1 1\n\n--to 10.0.0.2\n", /^line 3: missing required argument 'mark'$/],
    [
      "--to 10.0.0.1 --port 80-x 1\n",
      /^line 1: option '--port <ports>' argument '80-x' is invalid/,
    ],
    ["--to 10.0.0.1 --port 90-80 1\n", /^line 1: 90-80 is no range of ports/],
    ["--too 10.0.0.1 1\n", /^line 1: unknown option '--too'/],
    ["--to 10.0.0.1 x\n", /^line 1: command-argument value 'x' is invalid/],
    ["--to 10.0.0.1 4294967296\n", /^line 1: 4294967296 is no mark/],
    ["--to 10.0.0.1 1 2\n", /^line 1: too many arguments/],
  ] as const;
  for (const [lines, expected] of cases) {
    assert.match(text(await restoreMarks(lines, daemon)), expected);
    assert.equal(text(await answerSave(daemon)), LINES);
  }
});

test("the list says what each rule takes, and which interface is missing", async () => {
  const daemon = configured("lo", "eth0");
  await restoreMarks(LINES, daemon);
  const lines = text(await answerList({}, daemon)).split("\n");
  const cells = lines.map((line) => line.trim().split(/ {2,}/));
  assert.deepEqual(cells.slice(1, 4), [
    ["1", "any IPv4", "192.168.150.100", "tcp", "any", "80", "any", "1"],
    ["2", "10.0.0.0/8", "any IPv4", "tcp, udp", "1024-65535", "any", "eth0", "2"],
    [
      "3",
      "2001:db8::/32",
      "2001:db8::1",
      "udp",
      "any",
      "8000-8100",
      "eth9 (missing: fits nothing)",
      "4294967295",
    ],
  ]);
  const json = JSON.parse(text(await answerList({ json: true }, daemon)));
  assert.deepEqual(json.length, 5);
  assert.deepEqual([json[2].interface, json[2].interfaceMissing], ["eth9", true]);
});
