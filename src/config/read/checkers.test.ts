import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckSettings } from "../../health/settings.ts";
import { codesIn, readText } from "../testing/read-text.ts";

const SECOND = 1_000_000;
const TIMING = {
  delayLoop: 60 * SECOND,
  retry: 1,
  delayBeforeRetry: SECOND,
  warmup: 60 * SECOND,
};
const TARGET = { address: "10.0.0.11", port: 80, connectTimeout: 5 * SECOND };
const COMMON = { target: TARGET, alpha: false, logsAllFailures: false };

function text(checks: string, { virtual = "", real = "", port = "80", outside = "" } = {}): string {
  return `virtual_server 10.0.0.100 80 {
    protocol TCP
    ${virtual}
    real_server 10.0.0.11 ${port} {
      ${real}
      ${checks}
    }
    lvs_sched wlc
    lvs_method NAT
  }
  ${outside}`;
}

function checks(...args: Parameters<typeof text>): readonly CheckSettings[] {
  return readText(text(...args)).configuration.virtualServers[0]!.servers[0]!.checks;
}

function conversation(lines: string): unknown {
  const [check] = checks(lines);
  return check?.conversation;
}

test("every checker has its defaults", () => {
  const read = checks(`TCP_CHECK {
      }
      PING_CHECK {
      }
      SMTP_CHECK {
      }
      DNS_CHECK {
      }
      UDP_CHECK {
      }
      MISC_CHECK {
        misc_path "/bin/check -x"
      }`);
  assert.deepEqual(read, [
    { ...COMMON, timing: TIMING, conversation: { kind: "tcp" } },
    { ...COMMON, timing: TIMING, conversation: { kind: "ping" } },
    {
      ...COMMON,
      timing: TIMING,
      conversation: { kind: "smtp", helo: "smtpchecker.keepalived.org" },
    },
    {
      ...COMMON,
      timing: { ...TIMING, retry: 3, delayBeforeRetry: 60 * SECOND },
      conversation: { kind: "dns", type: "SOA", name: "." },
    },
    {
      ...COMMON,
      timing: TIMING,
      conversation: { kind: "udp", requireReply: false, minReply: 0, maxReply: 255 },
    },
    {
      ...COMMON,
      timing: { ...TIMING, retry: 0 },
      conversation: {
        kind: "misc",
        script: { words: ["/bin/check", "-x"] },
        timeout: 60 * SECOND,
        dynamic: false,
      },
    },
  ]);
});

test("HTTP_GET and SSL_GET wait three seconds before they try again", () => {
  for (const [word, tls] of [
    ["HTTP_GET", false],
    ["SSL_GET", true],
  ] as const) {
    const [check] = checks(`${word} {\nurl {\npath /\n}\n}`);
    assert.deepEqual(check?.timing, { ...TIMING, delayBeforeRetry: 3 * SECOND });
    assert.deepEqual(check?.conversation, {
      kind: "http",
      tls,
      urls: [{ path: "/", regexOptions: [], regexMustNotMatch: false }],
      version: "1.0",
      fastRecovery: false,
    });
  }
});

test("timing comes from the check, the real server or the virtual server, in this order", () => {
  const words = (value: number): string => `delay_loop ${value}
    retry ${value}
    delay_before_retry ${value}
    connect_timeout ${value}
    warmup ${value}`;
  const expected = (value: number): unknown => ({
    delayLoop: value * SECOND,
    retry: value,
    delayBeforeRetry: value * SECOND,
    warmup: value * SECOND,
  });
  const [far] = checks("TCP_CHECK {\n}", { virtual: words(7) });
  assert.deepEqual(far?.timing, expected(7));
  assert.equal(far?.target.connectTimeout, 7 * SECOND);
  const [near] = checks("TCP_CHECK {\n}", { virtual: words(7), real: words(8) });
  assert.deepEqual(near?.timing, expected(8));
  const [own] = checks(`TCP_CHECK {\n${words(9)}\n}`, { virtual: words(7), real: words(8) });
  assert.deepEqual(own?.timing, expected(9));
});

test("warm-up is as long as delay_loop, or none", () => {
  assert.equal(checks("TCP_CHECK {\ndelay_loop 0.5\n}")[0]?.timing.warmup, SECOND / 2);
  assert.equal(checks("TCP_CHECK {\nwarmup 0\n}")[0]?.timing.warmup, 0);
});

test("bad values leave what is inherited", () => {
  const [check] = checks("TCP_CHECK {\nretry -1\nconnect_timeout 99999\nconnect_port 0\n}", {
    virtual: "delay_loop 0\ndelay_loop abc",
    real: "retry 4",
  });
  assert.deepEqual(check?.timing, { ...TIMING, retry: 4 });
  assert.deepEqual(check?.target, TARGET);
});

test("nb_get_retry is retry in HTTP_GET, and nothing in TCP_CHECK", () => {
  assert.equal(checks("HTTP_GET {\nnb_get_retry 5\nurl {\npath /\n}\n}")[0]?.timing.retry, 5);
  assert.equal(checks("TCP_CHECK {\nnb_get_retry 5\n}")[0]?.timing.retry, 1);
});

test("a check may go elsewhere, and from elsewhere", () => {
  const [check] = checks(`TCP_CHECK {
      connect_ip 10.0.0.99
      connect_port 8080
      bindto 10.0.0.1
      bind_port 1024
      bind_if eth0
      fwmark 7
    }`);
  assert.deepEqual(check?.target, {
    address: "10.0.0.99",
    port: 8080,
    bindAddress: "10.0.0.1",
    bindPort: 1024,
    bindInterface: "eth0",
    mark: 7,
    connectTimeout: 5 * SECOND,
  });
});

test("alpha and log_all_failures are those of the check, else of what stands around it", () => {
  const [check] = checks("TCP_CHECK {\nlog_all_failures\n}", { virtual: "alpha" });
  assert.deepEqual([check?.alpha, check?.logsAllFailures], [true, true]);
  const outside = "global_defs {\nchecker_log_all_failures on\n}";
  assert.equal(checks("TCP_CHECK {\n}", { outside })[0]?.logsAllFailures, true);
  assert.equal(checks("TCP_CHECK {\nalpha off\n}", { virtual: "alpha" })[0]?.alpha, false);
});

test("an expression that cannot be looked for is found when the file is read", () => {
  const codes = (...lines: string[]) =>
    codesIn(text(`HTTP_GET {\nurl {\npath /\n${lines.join("\n")}\n}\n}`));
  assert.deepEqual(codes('regex "^ok$"', "regex_options caseless"), []);
  assert.deepEqual(codes('regex "(ok"'), ["9 REGEX_SYNTAX"]);
  assert.deepEqual(codes('regex "[[:alpha:]]+"'), ["9 REGEX_DIALECT"]);
  assert.deepEqual(codes('regex "ok"', "regex_options utf", "regex_options caseless anchored"), [
    "11 REGEX_OPTION",
  ]);
  // The last one counts.
  assert.deepEqual(codes('regex "(ok"', 'regex "ok"'), []);
});

test("HTTP_GET has urls with digests, codes, hosts and patterns", () => {
  const http = conversation(`SSL_GET {
      http_protocol 1.1
      virtualhost www.example.com
      enable_sni
      fast_recovery
      url {
        path /a
        digest 9B3A0C85A887A256D6939DA88AABD8CD
        status_code 200-299 400 503-503 99 600 300-200
        virtualhost b.example.com
        regex "^ok .*"
        regex_options caseless multiline
        regex_no_match
      }
      url {
        path /b
        digest abc
      }
    }`);
  assert.deepEqual(http, {
    kind: "http",
    tls: true,
    urls: [
      {
        path: "/a",
        digest: "9b3a0c85a887a256d6939da88aabd8cd",
        statusCodes: [
          { from: 200, to: 299 },
          { from: 400, to: 400 },
          { from: 503, to: 503 },
        ],
        virtualHost: "b.example.com",
        regex: "^ok .*",
        regexOptions: ["caseless", "multiline"],
        regexMustNotMatch: true,
      },
      { path: "/b", regexOptions: [], regexMustNotMatch: false },
    ],
    virtualHost: "www.example.com",
    version: "1.1",
    serverName: "www.example.com",
    fastRecovery: true,
  });
});

test("the virtual host is inherited too", () => {
  const host = (around: object): unknown => {
    const [check] = checks("HTTP_GET {\nurl {\npath /\n}\n}", around);
    return check?.conversation.kind === "http" && check.conversation.virtualHost;
  };
  assert.equal(host({ virtual: "virtualhost v", real: "virtualhost r" }), "r");
  assert.equal(host({ virtual: "virtualhost v" }), "v");
});

test("SMTP_CHECK greets by a name, and its hosts are checked besides the server", () => {
  const read = checks(`SMTP_CHECK {
      helo_name lb.example
      connect_timeout 9
      host {
        connect_ip 10.0.0.5
        connect_port 25
      }
      host {
        connect_ip 10.0.0.6
        connect_timeout 2
      }
    }`);
  assert.deepEqual(
    read.map(({ target }) => target),
    [
      { ...TARGET, connectTimeout: 9 * SECOND },
      { address: "10.0.0.5", port: 25, connectTimeout: 9 * SECOND },
      { address: "10.0.0.6", port: 80, connectTimeout: 2 * SECOND },
    ],
  );
  assert.deepEqual(read[1]?.conversation, { kind: "smtp", helo: "lb.example" });
});

test("DNS_CHECK asks for a type and a name", () => {
  assert.deepEqual(conversation("DNS_CHECK {\ntype AAAA\nname example.com\n}"), {
    kind: "dns",
    type: "AAAA",
    name: "example.com",
  });
  assert.deepEqual(conversation("DNS_CHECK {\ntype FOO\n}"), {
    kind: "dns",
    type: "SOA",
    name: ".",
  });
});

test("UDP_CHECK sends bytes and compares bytes", () => {
  const udp = conversation(`UDP_CHECK {
      payload Ab12f 3
      require_reply 0x XX 4
      min_reply_length 2
      max_reply_length 8
    }`);
  assert.deepEqual(udp, {
    kind: "udp",
    payload: Uint8Array.of(0xab, 0x12, 0x0f, 0x03),
    requireReply: true,
    reply: { bytes: Uint8Array.of(0, 0, 4), mask: Uint8Array.of(0xf0, 0, 0xff) },
    minReply: 2,
    maxReply: 8,
  });
  const any = conversation("UDP_CHECK {\npayload zz\nrequire_reply\n}");
  assert.deepEqual(any, { kind: "udp", requireReply: true, minReply: 0, maxReply: 255 });
});

test("MISC_CHECK runs a program as somebody, with a time of its own", () => {
  const misc = conversation(`MISC_CHECK {
      misc_path "/bin/check 'a b'"
      misc_timeout 7
      misc_dynamic
      user joe staff
    }`);
  assert.deepEqual(misc, {
    kind: "misc",
    script: { words: ["/bin/check", "a b"], user: "joe", group: "staff" },
    timeout: 7 * SECOND,
    dynamic: true,
  });
});

test("FILE_CHECK has the weight of its track_file, or its own", () => {
  const outside = "track_file f {\nfile /run/f\nweight 3 reverse\n}";
  const [plain, own] = checks(
    "FILE_CHECK {\ntrack_file f\n}\nFILE_CHECK {\ntrack_file f\nweight 5\n}",
    { outside },
  );
  assert.deepEqual(plain?.conversation, { kind: "file", file: "f", weight: -3 });
  assert.deepEqual(own?.conversation, { kind: "file", file: "f", weight: 5 });
});

test("what cannot be checked is left out, and found", () => {
  const nothing = `HTTP_GET {
      }
      SSL_GET {
        url {
        }
      }
      MISC_CHECK {
      }
      FILE_CHECK {
      }
      FILE_CHECK {
        track_file nosuch
      }`;
  assert.deepEqual(checks(nothing), []);
  assert.deepEqual(codesIn(text(nothing)), [
    "6 CHECK_WITHOUT_URL",
    "9 URL_WITHOUT_PATH",
    "12 CHECK_WITHOUT_PROGRAM",
    "14 NO_SUCH_FILE",
    "17 NO_SUCH_FILE",
  ]);
});

test("a check that has no port to go to is left out, and found", () => {
  const portless = `virtual_server fwmark 7 {
    real_server 10.0.0.11 {
      TCP_CHECK {
      }
      PING_CHECK {
      }
      TCP_CHECK {
        connect_port 80
      }
    }
    lvs_sched wlc
    lvs_method NAT
  }`;
  const [server] = readText(portless).configuration.virtualServers;
  assert.deepEqual(
    server?.servers[0]?.checks.map(({ conversation: { kind } }) => kind),
    ["ping", "tcp"],
  );
  assert.deepEqual(codesIn(portless), ["3 CHECK_WITHOUT_PORT"]);
});
