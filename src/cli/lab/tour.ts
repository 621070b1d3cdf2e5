import { type Result, success } from "../../base/fault.ts";
import { run } from "../../kernel/linux/command.ts";
import { enter, hostEnvironment } from "./enter.ts";
import { hostsOf, SWITCH, type Topology } from "./topology.ts";

const REQUESTS = 6;

/**
 * Shows a lab at work: requests and who answered, the rules, the connections.
 *
 * Faults: COMMAND_MISSING, COMMAND_FAILED.
 */
export async function tour(
  lab: string,
  topology: Topology,
  say: (text: string) => void,
): Promise<Result<void>> {
  const on = async (host: string, ...command: string[]): Promise<Result<void>> => {
    const [program, ...args] = enter(lab, host, command);
    const output = await run(program, args, { env: hostEnvironment(lab, host) });
    if (!output.ok) return output;
    say(output.value);
    return success(undefined);
  };
  const director = hostsOf(topology, "director")[0]!.name;
  const url = `http://${topology.vip}/`;

  say(`${topology.drawing}\nclient asks the VIP ${REQUESTS} times: curl ${url}\n`);
  for (let request = 0; request < REQUESTS; request++) {
    const answered = await on("client", "curl", "--silent", "--show-error", "--max-time", "5", url);
    if (!answered.ok) return answered;
  }
  say(`\nThe rules on ${director}: ipvsadm -Ln\n`);
  const rules = await on(director, "ipvsadm", "-L", "-n");
  if (!rules.ok) return rules;
  say(`\nIts connections: ipvsadm -Lnc\n`);
  const connections = await on(director, "ipvsadm", "-L", "-n", "-c");
  if (!connections.ok) return connections;
  say(`\n${whereNext(lab, topology)}`);
  return success(undefined);
}

/**
 * What to try, in the lecture's order: who has a socket, what changes on the way, who is silent.
 */
export function whereNext(lab: string, topology: Topology): string {
  const name = lab === topology.kind ? "" : ` --name ${lab}`;
  const exec = (host: string, command: string) => `  weir lab exec${name} ${host} -- ${command}`;
  const director = hostsOf(topology, "director")[0]!;
  const server = hostsOf(topology, "real server")[0]!;
  const service = `${topology.vip}:${topology.port}`;
  return [
    "Where to go next:",
    exec("client", `curl http://${topology.vip}/`),
    exec(director.name, "ss -tan          # no socket of the connections: they end elsewhere"),
    exec(server.name, "ss -tan          # here"),
    exec(SWITCH, `tcpdump -eni ${director.name} # to and from it: another MAC, the same addresses`),
    exec(director.name, `ipvsadm -e -t ${service} -r ${server.address} -g -w 0`),
    exec(server.name, `weir real-server check --vip ${topology.vip}`),
    `  weir lab down${name}`,
    "",
  ].join("\n");
}
