import type { Result } from "../../base/fault.ts";
import { run, runEach } from "../../kernel/linux/command.ts";
import { makePrivateFolder } from "../../kernel/linux/private-file.ts";
import { type Command, enter } from "./enter.ts";
import { CHECKOUT, LAB_FOLDER, namespaceOf, passObjectPath } from "./names.ts";
import { type LabHost, SWITCH, type Topology } from "./topology.ts";

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
    ...switchCommands(lab),
    ...topology.hosts.flatMap((host) => hostCommands(lab, host, topology.prefix)),
  ]);
}

function switchCommands(lab: string): Command[] {
  const namespace = namespaceOf(lab, SWITCH);
  const bridge = ["stp_state", "0", "forward_delay", "0", "mcast_snooping", "0"];
  return [
    ["ip", "netns", "add", namespace],
    ["ip", "-n", namespace, "link", "set", "lo", "up"],
    ["ip", "-n", namespace, "link", "add", "bridge", "type", "bridge", ...bridge],
    ["ip", "-n", namespace, "link", "set", "bridge", "addrgenmode", "none", "up"],
  ];
}

/**
 * A host with its `eth0` and the cable to the switch, where the port has the host's name.
 *
 * Every offload of `eth0` is off: a veth leaves checksums empty and segments uncut for the hardware
 * that it has not, and XDP sees frames before anybody fills them in. It also keeps what tcpdump
 * shows one packet a line.
 */
function hostCommands(lab: string, host: LabHost, prefix: number): Command[] {
  const namespace = namespaceOf(lab, host.name);
  const bridge = namespaceOf(lab, SWITCH);
  const port = ["name", host.name, "netns", bridge];
  const peer = ["name", "eth0", "netns", namespace, "address", host.mac];
  const offloads = ["tx", "off", "sg", "off", "tso", "off", "gso", "off", "gro", "off"];
  return [
    ["ip", "netns", "add", namespace],
    ["ip", "-n", namespace, "link", "set", "lo", "up"],
    ["ip", "link", "add", ...port, "type", "veth", "peer", ...peer],
    ["ip", "-n", bridge, "link", "set", host.name, "master", "bridge", "addrgenmode", "none", "up"],
    [
      "ip",
      "-n",
      bridge,
      "link",
      "set",
      host.name,
      "xdp",
      "object",
      passObjectPath(lab),
      "section",
      "xdp",
    ],
    enter(lab, host.name, ["ethtool", "-K", "eth0", ...offloads]),
    ["ip", "-n", namespace, "link", "set", "eth0", "addrgenmode", "none", "up"],
    ["ip", "-n", namespace, "address", "add", `${host.address}/${prefix}`, "dev", "eth0"],
  ];
}
