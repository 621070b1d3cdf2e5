import assert from "node:assert/strict";
import { test } from "node:test";
import type { InstanceSettings } from "../../cluster/settings.ts";
import { codesIn, readText } from "../testing/read-text.ts";

const SECOND = 1_000_000;
const V4 = "virtual_ipaddress {\n10.0.0.100\n}";
const V6 = "virtual_ipaddress {\nfd00::100\n}";

function text(lines: string, globals = ""): string {
  return `global_defs {
    ${globals}
  }
  vrrp_instance VI {
    interface eth0
    virtual_router_id 51
    ${lines}
  }`;
}

function instance(lines: string, globals = ""): InstanceSettings {
  const [read] = readText(text(lines, globals)).configuration.instances;
  assert.ok(read !== undefined);
  return read;
}

test("an instance with nothing but what it must have has every default", () => {
  assert.deepEqual(instance(V4), {
    name: "VI",
    family: 4,
    version: 2,
    interface: "eth0",
    router: 51,
    startState: "backup",
    priority: 100,
    advertInterval: SECOND,
    preempt: true,
    preemptDelay: 0,
    peers: [],
    checkUnicastSource: false,
    unicastTtl: 255,
    group: "224.0.0.18",
    checksumWithoutPseudoHeader: false,
    addresses: [{ address: "10.0.0.100", prefix: 32 }],
    excluded: [],
    routes: [],
    acceptMode: true,
    lowerPriorityNoAdvert: false,
    higherPrioritySendsAdvert: false,
    downTimerAdverts: 3,
    skipAddressCheck: false,
    garp: {
      repeat: 5,
      delay: 5 * SECOND,
      refresh: 0,
      refreshRepeat: 1,
      lowerPriorityDelay: 5 * SECOND,
      lowerPriorityRepeat: 5,
      arpInterval: 0,
      naInterval: 0,
    },
    tracks: [],
    ignoresOwnInterface: false,
    notify: {},
    mails: false,
    notifiesPriority: false,
  });
});

test("IPv6 is VRRP version 3, whatever is said", () => {
  const { family, version, group, addresses } = instance(`version 2\n${V6}`, "vrrp_version 2");
  assert.deepEqual([family, version, group], [6, 3, "ff02::12"]);
  assert.deepEqual(addresses, [{ address: "fd00::100", prefix: 128 }]);
  assert.equal(instance("native_ipv6").family, 6);
  assert.deepEqual(codesIn(text(`version 2\n${V6}`)), ["7 VERSION_2_IPV6"]);
  assert.deepEqual(codesIn(text(V6, "vrrp_version 2")), []);
});

test("the first address of the block is the family", () => {
  assert.equal(instance(`unicast_src_ip fd00::1\n${V4}`).family, 6);
  assert.equal(instance(`unicast_peer {\nfd00::2\n}\n${V4}`).family, 6);
  assert.equal(instance(`${V4}\nunicast_src_ip fd00::1`).family, 4);
  assert.equal(instance(`virtual_ipaddress_excluded {\nfd00::1\n}\n${V4}`).family, 4);
});

test("addresses of the other family are left out, and found", () => {
  const lines = "virtual_ipaddress {\n10.0.0.1\nfd00::1\n10.0.0.2\n}";
  assert.deepEqual(
    instance(lines).addresses.map(({ address }) => address),
    ["10.0.0.1", "10.0.0.2"],
  );
  assert.deepEqual(codesIn(text(lines)), ["9 ADDRESS_FAMILY"]);
});

test("the version is the instance's, else that of all", () => {
  assert.equal(instance(V4, "vrrp_version 3").version, 3);
  assert.equal(instance(`version 2\n${V4}`, "vrrp_version 3").version, 2);
  assert.equal(instance(`version 3\n${V4}`).version, 3);
  assert.equal(instance(V4, "vrrp_version 4").version, 2);
});

test("a bad value leaves the default", () => {
  const bad = instance(`state SLAVE\npriority 256\nadvert_int abc\npreempt_delay 2000\n${V4}`);
  assert.deepEqual(
    [bad.startState, bad.priority, bad.advertInterval, bad.preemptDelay],
    ["backup", 100, SECOND, 0],
  );
  assert.equal(instance(`priority 7\npriority 256\n${V4}`).priority, 7);
});

test("advert_int is whole seconds in version 2", () => {
  assert.equal(instance(`advert_int 2\n${V4}`).advertInterval, 2 * SECOND);
  assert.equal(instance(`advert_int 0.3\n${V4}`).advertInterval, SECOND);
  assert.equal(instance(`advert_int 2.6\n${V4}`).advertInterval, 3 * SECOND);
  assert.deepEqual(codesIn(text(`advert_int 0.3\n${V4}`)), ["7 ADVERT_INTERVAL"]);
  assert.deepEqual(codesIn(text(`advert_int 2\n${V4}`)), []);
});

test("advert_int is 0.01 to 40.95 seconds in version 3", () => {
  assert.equal(instance(`version 3\nadvert_int 0.01\n${V4}`).advertInterval, 10_000);
  assert.equal(instance(`version 3\nadvert_int 0.92\n${V4}`).advertInterval, 920_000);
  assert.equal(instance(`version 3\nadvert_int 41\n${V4}`).advertInterval, 40_950_000);
  assert.deepEqual(codesIn(text(`version 3\nadvert_int 41\n${V4}`)), ["8 ADVERT_INTERVAL"]);
});

test("nopreempt and preempt_delay are for those that start as backup and do not own", () => {
  const start = (lines: string): unknown[] => {
    const { preempt, preemptDelay } = instance(`${lines}\n${V4}`);
    return [preempt, preemptDelay];
  };
  assert.deepEqual(start("preempt_delay 4.5"), [true, 4.5 * SECOND]);
  assert.deepEqual(start("nopreempt\npreempt_delay 4.5"), [false, 0]);
  assert.deepEqual(start("state MASTER\nnopreempt\npreempt_delay 4.5"), [true, 0]);
  assert.deepEqual(start("priority 255\nnopreempt"), [true, 0]);
  assert.deepEqual(start("nopreempt\npreempt"), [true, 0]);
});

test("an instance without a router id or an interface does not exist", () => {
  const none = "vrrp_instance VI {\ninterface eth0\n}\nvrrp_instance VJ {\nvirtual_router_id 3\n}";
  const { configuration, findings } = readText(none);
  assert.deepEqual(configuration.instances, []);
  assert.deepEqual(
    findings.map(({ code, message }) => `${code}: ${message}`),
    [
      "INSTANCE_INCOMPLETE: vrrp_instance VI has no virtual_router_id.",
      "INSTANCE_INCOMPLETE: vrrp_instance VJ has no interface.",
    ],
  );
});

test("of two instances of a name the first exists", () => {
  const twice = `${text(V4)}\nvrrp_instance VI {\ninterface eth1\nvirtual_router_id 3\n}`;
  const { instances } = readText(twice).configuration;
  assert.deepEqual(
    instances.map(({ router }) => router),
    [51],
  );
  assert.deepEqual(codesIn(twice), ["11 DUPLICATE_NAME"]);
});

test("unicast has peers, a source, hops, and a check of who sends", () => {
  const lines = `unicast_src_ip 10.0.0.1
    unicast_ttl 64
    unicast_peer {
      10.0.0.2
      10.0.0.3 min_ttl 250 max_ttl 255
      bogus
      fd00::1
    }
    ${V4}`;
  const { source, peers, unicastTtl, checkUnicastSource } = instance(lines);
  assert.deepEqual([source, unicastTtl, checkUnicastSource], ["10.0.0.1", 64, true]);
  assert.deepEqual(peers, [
    { address: "10.0.0.2" },
    { address: "10.0.0.3", minTtl: 250, maxTtl: 255 },
  ]);
  assert.equal(instance(`check_unicast_src\n${V4}`).checkUnicastSource, true);
  assert.equal(instance(V4, "vrrp_check_unicast_src").checkUnicastSource, true);
  assert.equal(instance(`mcast_src_ip 10.0.0.9\n${V4}`).source, "10.0.0.9");
});

test("unicast of the other family, or without a peer, is found", () => {
  assert.deepEqual(codesIn(text(`${V4}\nunicast_src_ip fd00::1\nunicast_peer {\nfd00::2\n}`)), [
    "10 ADDRESS_FAMILY",
    "12 ADDRESS_FAMILY",
  ]);
  assert.deepEqual(codesIn(text(`unicast_ttl 3\n${V4}`)), ["7 UNICAST_WITHOUT_PEERS"]);
});

test("the group is the instance's, else that of all, and a multicast one", () => {
  assert.equal(instance(`mcast_dst_ip 224.0.0.99\n${V4}`).group, "224.0.0.99");
  assert.equal(instance(V4, "vrrp_mcast_group4 224.0.0.5").group, "224.0.0.5");
  assert.equal(instance(V6, "vrrp_mcast_group6 ff02::99").group, "ff02::99");
  assert.equal(instance(V4, "vrrp_mcast_group4 1.2.3.4").group, "224.0.0.18");
});

test("what is left to global_defs comes from there, unless the instance says otherwise", () => {
  const globals = `vrrp_lower_prio_no_advert
    vrrp_higher_prio_send_advert
    vrrp_down_timer_adverts 4
    vrrp_skip_check_adv_addr
    vrrp_notify_priority_changes yes
    v3_checksum_as_v2
    smtp_alert_vrrp on`;
  const settings = (read: InstanceSettings): unknown[] => [
    read.lowerPriorityNoAdvert,
    read.higherPrioritySendsAdvert,
    read.downTimerAdverts,
    read.skipAddressCheck,
    read.notifiesPriority,
    read.checksumWithoutPseudoHeader,
    read.mails,
  ];
  assert.deepEqual(settings(instance(V4, globals)), [true, true, 4, true, true, true, true]);
  const own = `lower_prio_no_advert off
    higher_prio_send_advert off
    down_timer_adverts 5
    skip_check_adv_addr off
    notify_priority_changes off
    v3_checksum_as_v2 off
    smtp_alert off
    ${V4}`;
  assert.deepEqual(settings(instance(own, globals)), [false, false, 5, ...Array(4).fill(false)]);
  assert.equal(instance(V4, "smtp_alert yes").mails, true);
  assert.equal(instance(V4, "smtp_alert yes\nsmtp_alert_vrrp no").mails, false);
});

test("strict mode is the protocol without keepalived's additions", () => {
  const lines = `lower_prio_no_advert off
    higher_prio_send_advert
    garp_lower_prio_repeat 3
    preempt_delay 5
    ${V4}`;
  const strict = instance(lines, "vrrp_strict");
  assert.deepEqual(
    [strict.lowerPriorityNoAdvert, strict.higherPrioritySendsAdvert, strict.preemptDelay],
    [true, false, 0],
  );
  assert.equal(strict.garp.lowerPriorityRepeat, 0);
  assert.equal(strict.acceptMode, false);
  assert.equal(instance(`priority 255\n${V4}`, "vrrp_strict").acceptMode, true);
  assert.equal(instance(`accept\n${V4}`, "vrrp_strict").acceptMode, true);
  assert.equal(instance(`strict_mode off\n${V4}`, "vrrp_strict").acceptMode, true);
  assert.equal(instance(`no_accept\n${V4}`).acceptMode, false);
});

test("more addresses than an advertisement holds are held without being advertised", () => {
  const many = Array.from({ length: 257 }, (_, at) => `10.0.${at >> 8}.${at & 255}`).join("\n");
  const { addresses, excluded } = instance(`virtual_ipaddress {\n${many}\n}`);
  assert.equal(addresses.length, 255);
  assert.deepEqual(
    excluded.map(({ address }) => address),
    ["10.0.0.255", "10.0.1.0"],
  );
  assert.deepEqual(codesIn(text(`virtual_ipaddress {\n${many}\n}`)), ["4 TOO_MANY_ADDRESSES"]);
});

test("an instance without an address exists, and is found", () => {
  assert.deepEqual(instance("").addresses, []);
  assert.deepEqual(codesIn(text("")), ["4 INSTANCE_WITHOUT_ADDRESS"]);
  assert.deepEqual(codesIn(text("no_virtual_ipaddress")), []);
});

test("scripts are told of changes", () => {
  const { notify } = instance(`notify_master "/bin/m a 'b c'" joe
    notify_backup /bin/b
    notify_fault /bin/f
    notify_stop /bin/s
    notify_deleted
    notify_master_rx_lower_pri /bin/l
    notify /bin/any
    ${V4}`);
  assert.deepEqual(notify, {
    master: { words: ["/bin/m", "a", "b c"], user: "joe" },
    backup: { words: ["/bin/b"] },
    fault: { words: ["/bin/f"] },
    stop: { words: ["/bin/s"] },
    masterReceivesLower: { words: ["/bin/l"] },
    any: { words: ["/bin/any"] },
  });
});
