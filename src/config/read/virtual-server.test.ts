import assert from "node:assert/strict";
import { test } from "node:test";
import type { VirtualServerSettings } from "../../health/settings.ts";
import { complete } from "../testing/complete.ts";
import { codesIn, readText } from "../testing/read-text.ts";

const RS = "real_server 10.0.0.11 80 {\n}";
const V6_RS = "real_server fd00::11 80 {\n}";

function text(lines: string, name = "10.0.0.100 80"): string {
  return `virtual_server ${name} {
    ${complete(lines)}
  }`;
}

function virtual(lines: string, name?: string): VirtualServerSettings {
  const [server] = readText(text(`protocol TCP\n${lines}`, name)).configuration.virtualServers;
  assert.ok(server !== undefined);
  return server;
}

test("a virtual server with nothing but a real server has every default", () => {
  assert.deepEqual(virtual(RS), {
    services: [{ kind: "address", protocol: "tcp", address: "10.0.0.100", port: 80 }],
    title: "10.0.0.100 80",
    scheduler: "wlc",
    schedulerFlags: 0,
    onePacket: false,
    servers: [
      {
        address: "10.0.0.11",
        port: 80,
        method: "nat",
        weight: 1,
        upperThreshold: 0,
        lowerThreshold: 0,
        checks: [],
        inhibitOnFailure: false,
        alpha: false,
        mails: true,
      },
    ],
    quorum: 1,
    hysteresis: 0,
    alpha: false,
    omega: false,
    haSuspend: false,
    mails: false,
  });
});

test("without a protocol it is UDP, and found", () => {
  const { virtualServers } = readText(text(RS)).configuration;
  assert.deepEqual(virtualServers[0]?.services[0], {
    kind: "address",
    protocol: "udp",
    address: "10.0.0.100",
    port: 80,
  });
  assert.deepEqual(codesIn(text(RS)), ["1 PROTOCOL_MISSING"]);
  assert.deepEqual(codesIn(text(RS, "fwmark 7")), []);
});

test("a mark is of the family of its real servers, unless it says so", () => {
  assert.deepEqual(virtual(RS, "fwmark 7").services, [{ kind: "mark", mark: 7, family: 4 }]);
  assert.deepEqual(virtual(V6_RS, "fwmark 7").services, [{ kind: "mark", mark: 7, family: 6 }]);
  const tunnel = virtual(`ip_family inet6\nlvs_method TUN\n${RS}`, "fwmark 7");
  assert.deepEqual(tunnel.services, [{ kind: "mark", mark: 7, family: 6 }]);
});

test("persistence is six minutes where no time is given, and none for a bad time", () => {
  const persistence = (lines: string, name?: string): unknown => virtual(lines, name).persistence;
  assert.deepEqual(persistence(`persistence_timeout\n${RS}`), {
    seconds: 360,
    mask: "255.255.255.255",
  });
  assert.deepEqual(
    persistence(`persistence_timeout 50\npersistence_granularity 255.255.255.0\n${RS}`),
    { seconds: 50, mask: "255.255.255.0" },
  );
  assert.deepEqual(
    persistence(`persistence_timeout 50\npersistence_granularity 64\n${V6_RS}`, "fd00::1 80"),
    { seconds: 50, mask: "64" },
  );
  assert.deepEqual(persistence(`persistence_timeout 9\n${V6_RS}`, "fd00::1 80"), {
    seconds: 9,
    mask: "128",
  });
  assert.deepEqual(persistence(`persistence_granularity 255.255.0.0\n${RS}`), {
    seconds: 360,
    mask: "255.255.0.0",
  });
  for (const bad of ["0", "abc", "-1", "2678401"]) {
    assert.equal(persistence(`persistence_timeout ${bad}\n${RS}`), undefined, bad);
  }
});

test("a service of all ports is persistent, as IPVS will have it", () => {
  const portless = text(`protocol TCP\nlvs_method DR\n${RS}`, "10.0.0.100");
  const [server] = readText(portless).configuration.virtualServers;
  assert.equal(server?.title, "10.0.0.100");
  assert.equal(server?.persistence?.seconds, 360);
  assert.equal(server?.servers[0]?.port, 0);
  assert.deepEqual(codesIn(portless), ["4 SERVER_PORT", "1 PORTLESS"]);
});

test("methods and tunnels, those of a real server before those of its virtual server", () => {
  const methods = (lines: string, own = ""): unknown => {
    const { method, tunnel } = virtual(`${lines}\nreal_server 10.0.0.11 80 {\n${own}\n}`)
      .servers[0]!;
    return tunnel ?? method;
  };
  assert.equal(methods("lb_kind DR"), "dr");
  assert.equal(methods("lvs_method TUN"), "tun");
  assert.equal(methods("lvs_method FOO"), "nat");
  assert.equal(methods("lvs_method TUN type gue port 6080", "lvs_method DR"), "dr");
  assert.deepEqual(methods("lvs_method TUN type gue port 6080"), {
    type: "gue",
    port: 6080,
    checksum: "nocsum",
  });
  assert.deepEqual(methods("", "lvs_method TUN type gre csum"), {
    type: "gre",
    port: 0,
    checksum: "csum",
  });
  assert.deepEqual(methods("lvs_method TUN type gre remcsum"), {
    type: "gre",
    port: 0,
    checksum: "nocsum",
  });
  assert.equal(methods("lvs_method TUN type gue"), "nat");
  assert.equal(methods("lvs_method TUN type ipip"), "tun");
});

test("schedulers have flags, each its own", () => {
  const scheduled = (lines: string): unknown[] => {
    const { scheduler, schedulerFlags } = virtual(`${lines}\n${RS}`);
    return [scheduler, schedulerFlags];
  };
  assert.deepEqual(scheduled("lb_algo sh\nsh-port\nsh-fallback"), ["sh", 3]);
  assert.deepEqual(scheduled("mh-port\nlvs_sched mh"), ["mh", 2]);
  assert.deepEqual(scheduled("lvs_sched rr\nflag-3\nflag-1"), ["rr", 5]);
  assert.deepEqual(scheduled("lvs_sched nosuch"), ["wlc", 0]);
  assert.deepEqual(scheduled("lvs_sched rr\nsh-port"), ["rr", 0]);
  assert.deepEqual(codesIn(text(`protocol TCP\nlvs_sched rr\nsh-port\n${RS}`)), [
    "4 SCHEDULER_FLAG",
  ]);
});

test("ops is for UDP and marks", () => {
  assert.equal(virtual(`ops\n${RS}`).onePacket, false);
  assert.equal(virtual(`ops\nprotocol UDP\n${RS}`).onePacket, true);
  assert.equal(virtual(`ops\n${RS}`, "fwmark 1").onePacket, true);
  assert.deepEqual(codesIn(text(`protocol TCP\nops\n${RS}`)), ["3 OPS_WITHOUT_UDP"]);
  assert.equal(virtual(`persistence_engine sip\n${RS}`).engine, "sip");
});

test("quorum and hysteresis stay within what the real servers come to", () => {
  const quorum = (lines: string): unknown[] => {
    const { quorum: count, hysteresis } = virtual(
      `${lines}\nreal_server 10.0.0.11 80 {\nweight 9\n}`,
    );
    return [count, hysteresis];
  };
  assert.deepEqual(quorum("quorum 5\nhysteresis 2"), [5, 2]);
  assert.deepEqual(quorum("quorum 10"), [9, 0]);
  assert.deepEqual(quorum("quorum 0"), [1, 0]);
  assert.deepEqual(quorum("quorum 1\nhysteresis 2"), [1, 0]);
  assert.deepEqual(codesIn(text(`protocol TCP\nquorum 2\nhysteresis 5\n${RS}`)), [
    "3 QUORUM_OUT_OF_REACH",
    "4 HYSTERESIS",
  ]);
});

test("a sorry server has the service's method and port, or its own", () => {
  const sorry = (lines: string): unknown => virtual(`${lines}\n${RS}`).sorryServer;
  assert.equal(sorry(""), undefined);
  assert.equal(sorry("sorry_server bogus 80"), undefined);
  assert.deepEqual(sorry("sorry_server 10.0.0.9 8080"), {
    address: "10.0.0.9",
    port: 8080,
    method: "nat",
    inhibits: false,
  });
  assert.deepEqual(sorry("lb_kind DR\nsorry_server 10.0.0.9\nsorry_server_inhibit"), {
    address: "10.0.0.9",
    port: 80,
    method: "dr",
    inhibits: true,
  });
  assert.deepEqual(sorry("sorry_server fd00::9 80\nsorry_server_lvs_method TUN type gre"), {
    address: "fd00::9",
    port: 80,
    method: "tun",
    tunnel: { type: "gre", port: 0, checksum: "nocsum" },
    inhibits: false,
  });
  assert.deepEqual(codesIn(text(`protocol TCP\nsorry_server fd00::9 80\n${RS}`)), [
    "3 SERVER_FAMILY",
  ]);
});

test("quorum scripts, alpha, omega, ha_suspend and mails", () => {
  const server = virtual(`quorum_up "/bin/up 1" joe
    quorum_down /bin/down
    alpha
    omega
    ha_suspend
    smtp_alert
    ${RS}`);
  assert.deepEqual(server.quorumUp, { words: ["/bin/up", "1"], user: "joe" });
  assert.deepEqual(server.quorumDown, { words: ["/bin/down"] });
  const { alpha, omega, haSuspend, mails } = server;
  assert.deepEqual([alpha, omega, haSuspend, mails], Array(4).fill(true));
});

test("what global_defs says of mails counts for both kinds of servers", () => {
  const mails = (globals: string, lines = ""): unknown[] => {
    const all = `global_defs {\n${globals}\n}\n${text(`${lines}\n${RS}`)}`;
    const [server] = readText(all).configuration.virtualServers;
    return [server?.mails, server?.servers[0]?.mails];
  };
  assert.deepEqual(mails(""), [false, true]);
  assert.deepEqual(mails("smtp_alert on"), [true, true]);
  assert.deepEqual(mails("smtp_alert on\nsmtp_alert_checker off"), [false, false]);
  // A real server does not ask its virtual server.
  assert.deepEqual(mails("", "smtp_alert off"), [false, true]);
  assert.deepEqual(mails("smtp_alert off", "smtp_alert"), [true, false]);
});

test("without real servers there is no virtual server, and it is found", () => {
  assert.deepEqual(readText(text("protocol TCP")).configuration.virtualServers, []);
  assert.deepEqual(codesIn(text("protocol TCP")), ["1 VIRTUAL_SERVER_WITHOUT_SERVERS"]);
});

test("what names nothing to serve is nothing", () => {
  for (const name of ["300.1.1.1 80", "10.0.0.1 70000", "fwmark abc", "fwmark", "bogus 80"]) {
    assert.deepEqual(readText(text(RS, name)).configuration.virtualServers, [], name);
  }
  assert.deepEqual(codesIn(text(RS, "group nosuch")), ["1 NO_SUCH_GROUP"]);
});

test("a service that two virtual servers are for is found at the second", () => {
  const twice = `${text(`protocol TCP\n${RS}`)}\n${text(`protocol TCP\n${RS}`)}`;
  assert.equal(readText(twice).configuration.virtualServers.length, 2);
  assert.deepEqual(codesIn(twice), ["8 DUPLICATE_VIRTUAL_SERVER"]);
});

test("a scheduler and a method that nobody has named are found", () => {
  const bare = `virtual_server 10.0.0.100 80 {\nprotocol TCP\n${RS}\n}`;
  assert.deepEqual(codesIn(bare), ["1 METHOD_MISSING", "1 SCHEDULER_MISSING"]);
  assert.deepEqual(codesIn(text(`protocol TCP\nlvs_sched nosuch\nlvs_method FOO\n${RS}`)), []);
});
