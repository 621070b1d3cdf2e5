import { type Result, success } from "../../base/fault.ts";
import { run } from "../../kernel/linux/command.ts";
import { endpoint } from "../../wire/address.ts";
import { enter, hostEnvironment } from "./enter.ts";
import { serverOptions } from "./hosts.ts";
import { hostsOf, SWITCH, type Topology } from "./topology.ts";

const REQUESTS = 6;
const MEGABYTE = 1_000_000;
const CURL = ["curl", "--silent", "--show-error", "--max-time", "5"];

/** What a tour says, and the command that shows it. */
interface Stop {
  readonly title: string;
  readonly host: string;
  readonly command: readonly string[];
}

/**
 * Shows a lab at work: requests and who answered, the rules, the connections; and beyond direct
 * routing that a packet of full size finds its way.
 *
 * Faults: COMMAND_MISSING, COMMAND_FAILED.
 */
export async function tour(
  lab: string,
  topology: Topology,
  say: (text: string) => void,
): Promise<Result<void>> {
  say(topology.drawing);
  for (const { title, host, command } of stops(topology)) {
    say(title);
    const [program, ...args] = enter(lab, host, command);
    const output = await run(program, args, { env: hostEnvironment(lab, host) });
    if (!output.ok) return output;
    say(output.value);
  }
  say(`\n${whereNext(lab, topology)}`);
  return success(undefined);
}

function stops(topology: Topology): Stop[] {
  const director = hostsOf(topology, "director")[0]!.name;
  const url = urlOf(topology);
  const requests = Array.from({ length: REQUESTS }, (_, at) => ({
    title: at === 0 ? `\nclient asks the VIP ${REQUESTS} times: curl ${url}\n` : "",
    host: "client",
    command: [...CURL, url],
  }));
  const table = (title: string, options: string): Stop => ({
    title: `\n${title}: ipvsadm ${options}\n`,
    host: director,
    command: ["ipvsadm", ...options.split(" ")],
  });
  return [
    ...requests,
    ...(topology.method === "dr" ? [] : transfers(topology)),
    table(`The rules on ${director}`, "-Ln"),
    ...(topology.method === "tun" ? [table("Its tunnels", "-Ln --tun-info")] : []),
    table("Its connections", "-Lnc"),
  ];
}

/** Packets as large as they get: what goes into tunnels needs the path's MTU found (RFC 1191). */
function transfers(topology: Topology): Stop[] {
  const url = urlOf(topology);
  const bytes = ["--output", "/dev/null", "--write-out", "%{size_download} bytes\\n"];
  const upload = `head --bytes ${MEGABYTE} /dev/zero | ${CURL.join(" ")} --data-binary @- ${url}`;
  const transfers: Stop[] = [
    {
      title: `\nclient takes a megabyte: curl ${url}bytes/${MEGABYTE}\n`,
      host: "client",
      command: [...CURL, ...bytes, `${url}bytes/${MEGABYTE}`],
    },
    {
      title: `\nclient sends a megabyte: curl --data-binary @- ${url}\n`,
      host: "client",
      command: ["sh", "-c", upload],
    },
  ];
  if (topology.method !== "tun") return transfers;
  const title = "\nIt has learnt how much goes into the tunnel: ip route get\n";
  const command = ["ip", "route", "get", topology.vip];
  return [...transfers, { title, host: "client", command }];
}

function urlOf({ vip, port }: Topology): string {
  const host = endpoint(vip, port);
  return `http://${port === 80 ? host.slice(0, host.lastIndexOf(":")) : host}/`;
}

/**
 * What to try, in the lecture's order: who has a socket, what changes on the way, who is silent.
 */
export function whereNext(lab: string, topology: Topology): string {
  const name = lab === "dr" ? "" : ` --name ${lab}`;
  const exec = (host: string, command: string) => `  weir lab exec${name} ${host} -- ${command}`;
  const director = hostsOf(topology, "director")[0]!;
  const server = hostsOf(topology, "real server")[0]!;
  const service = endpoint(topology.vip, topology.port);
  const options = serverOptions(topology, server.address).join(" ");
  return [
    "Where to go next:",
    exec("client", `curl ${urlOf(topology)}`),
    exec(director.name, "ss -tan          # no socket of the connections: they end elsewhere"),
    exec(server.name, "ss -tan          # here"),
    ...WATCH[topology.method].map((command) => exec(SWITCH, `tcpdump -eni ${command}`)),
    exec(director.name, `ipvsadm -e -t ${service} ${options} -w 0`),
    exec(server.name, `weir real-server check --vip ${topology.vip}`),
    `  weir lab down${name}`,
    "",
  ].join("\n");
}

/** Where on the switch each method shows what it does. */
const WATCH: Readonly<Record<Topology["method"], readonly string[]>> = {
  dr: ["node01 # to and from it: another MAC, the same addresses"],
  nat: [
    "node01      # outside: the client and the VIP",
    "node01-eth1 # inside: the client and the real server",
  ],
  tun: [
    "node01 # to it from the client; from it the same in a tunnel to a real server",
    "client # answers come from the router, in the VIP's name",
  ],
};
