import type { Result } from "../../base/fault.ts";
import { run, runEach } from "../../kernel/linux/command.ts";
import { makePrivateFolder } from "../../kernel/linux/private-file.ts";
import { familyOf } from "../../wire/address.ts";
import { type Command, enter } from "./enter.ts";
import { type LabHost, type LabLink, switchPort } from "./host.ts";
import { CHECKOUT, LAB_FOLDER, namespaceOf, passObjectPath } from "./names.ts";
import { SWITCH, type Topology } from "./topology.ts";

/**
 * Builds the hosts, the switch and the cables between them. Nothing of it is seen in the namespace
 * of the machine itself.
 *
 * Faults: COMMAND_MISSING, COMMAND_FAILED.
 */
export async function buildNetwork(lab: string, topology: Topology): Promise<Result<void>> {
  makePrivateFolder(LAB_FOLDER);
  const source = `${CHECKOUT}src/cli/lab/pass.bpf.c`;
  const object = passObjectPath(lab);
  const compiled = await run("clang", ["-O2", "-target", "bpf", "-c", source, "-o", object]);
  if (!compiled.ok) return compiled;
  return runEach([
    ...switchCommands(lab, topology),
    ...topology.hosts.flatMap((host) => hostCommands(lab, host)),
  ]);
}

function switchCommands(lab: string, { hosts }: Topology): Command[] {
  const namespace = namespaceOf(lab, SWITCH);
  const options = ["stp_state", "0", "forward_delay", "0", "mcast_snooping", "0"];
  const segments = new Set(hosts.flatMap(({ links }) => links.map(({ segment }) => segment)));
  return [
    ["ip", "netns", "add", namespace],
    ip(namespace, "link", "set", "lo", "up"),
    ...[...segments].flatMap((segment) => [
      ip(namespace, "link", "add", segment, "type", "bridge", ...options),
      ip(namespace, "link", "set", segment, "addrgenmode", "none", "up"),
    ]),
  ];
}

/** IPv6 addresses come back with their link, as IPv4 ones do (ip-sysctl.rst of the kernel). */
const KEEP_ADDRESSES = "net.ipv6.conf.all.keep_addr_on_down=1";

function hostCommands(lab: string, host: LabHost): Command[] {
  const namespace = namespaceOf(lab, host.name);
  const forwarding = () => enter(lab, host.name, ["sysctl", "-q", "-w", ...forwardingOf(host)]);
  return [
    ["ip", "netns", "add", namespace],
    ip(namespace, "link", "set", "lo", "up"),
    enter(lab, host.name, ["sysctl", "-q", "-w", KEEP_ADDRESSES]),
    ...host.links.flatMap((link) => linkCommands(lab, host.name, link)),
    ...host.routes.map(({ to, via }) =>
      ip(namespace, familyOption(via), "route", "add", to, "via", via),
    ),
    ...(host.forwards ? [forwarding()] : []),
  ];
}

/**
 * Who passes packets on does not look where they come from: a real server's answer has the VIP as
 * its source, which belongs to another network (rp_filter, and what RFC 2827 asks of providers).
 */
function forwardingOf({ links }: LabHost): string[] {
  const names = ["all", ...links.map(({ name }) => name)];
  return [
    "net.ipv4.ip_forward=1",
    "net.ipv6.conf.all.forwarding=1",
    ...names.map((name) => `net.ipv4.conf.${name}.rp_filter=0`),
  ];
}

/**
 * An interface and the cable to the switch, where the port has the host's name.
 *
 * Every offload is off: a veth leaves checksums empty and segments uncut for the hardware that it
 * has not, and XDP sees frames before anybody fills them in. It also keeps what tcpdump shows one
 * packet a line.
 */
function linkCommands(lab: string, host: string, link: LabLink): Command[] {
  const namespace = namespaceOf(lab, host);
  const bridge = namespaceOf(lab, SWITCH);
  const port = switchPort(host, link.name);
  const peer = ["name", link.name, "netns", namespace, "address", link.mac];
  const offloads = ["tx", "off", "sg", "off", "tso", "off", "gso", "off", "gro", "off"];
  const program = ["object", passObjectPath(lab), "section", "xdp"];
  return [
    ["ip", "link", "add", "name", port, "netns", bridge, "type", "veth", "peer", ...peer],
    ip(bridge, "link", "set", port, "master", link.segment, "addrgenmode", "none", "up"),
    ip(bridge, "link", "set", port, "xdp", ...program),
    enter(lab, host, ["ethtool", "-K", link.name, ...offloads]),
    ip(namespace, "link", "set", link.name, "addrgenmode", "none", "up"),
    ...addressCommands(namespace, link),
  ];
}

/**
 * An address of IPv6 is there at once, without a look whether it is free (RFC 4862 section 5.4),
 * and beside it a link-local one: the kernel asks for neighbours by that, unless a packet waits for
 * the answer (net/ipv6/ndisc.c, ndisc_send_ns()).
 */
function addressCommands(namespace: string, { name, address, prefix }: LabLink): Command[] {
  const own = `${address}/${prefix}`;
  if (familyOf(address) === 4) return [ip(namespace, "address", "add", own, "dev", name)];
  const local = `fe80::${address.slice(address.lastIndexOf(":") + 1)}/64`;
  return [own, local].map((each) => ip(namespace, "address", "add", each, "nodad", "dev", name));
}

function familyOption(address: string): string {
  return `-${familyOf(address)}`;
}

/** ip(8) in a namespace. */
function ip(namespace: string, ...words: string[]): Command {
  return ["ip", "-n", namespace, ...words];
}
