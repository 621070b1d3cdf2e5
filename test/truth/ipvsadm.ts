import type {
  Operation,
  ServerOptions,
  ServiceId,
  ServiceOptions,
  Tunnel,
} from "../../src/state/rule.ts";

/**
 * The ipvsadm commands of the captures as operations. Only the spellings that the captures use; the
 * real parser is the program's own.
 */
export function parseIpvsadm(words: readonly string[]): Operation {
  const options = readOptions(words);
  const service = () => serviceId(options);
  switch (options.get("command")) {
    case "-C":
      return { kind: "clear" };
    case "-A":
      return { kind: "add-service", service: service(), options: serviceOptions(options) };
    case "-E":
      return { kind: "edit-service", service: service(), options: serviceOptions(options) };
    case "-D":
      return { kind: "delete-service", service: service() };
    case "-a":
    case "-e": {
      const kind = options.get("command") === "-a" ? "add-server" : "edit-server";
      return { kind, service: service(), server: serverId(options), options: server(options) };
    }
    case "-d":
      return { kind: "delete-server", service: service(), server: serverId(options) };
    case "--set": {
      const [tcp, tcpFin, udp] = options.get("--set")!.split(" ").map(Number);
      return { kind: "set-timeouts", timeouts: { tcp: tcp!, tcpFin: tcpFin!, udp: udp! } };
    }
    default:
      throw new Error(`not a command of the captures: ipvsadm ${words.join(" ")}`);
  }
}

type Options = ReadonlyMap<string, string>;

const COMMANDS = ["-C", "-A", "-E", "-D", "-a", "-e", "-d"];
const WITH_VALUE = [
  "-t",
  "-u",
  "-f",
  "--sctp-service",
  "-s",
  "-r",
  "-w",
  "-x",
  "-y",
  "-M",
  "--pe",
  "-b",
];
const TUNNEL_WORDS = ["--tun-type", "--tun-port"];

function readOptions(words: readonly string[]): Options {
  const options = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (COMMANDS.includes(word)) options.set("command", word);
    else if (word === "--set") {
      options.set("command", word);
      options.set("--set", words.slice(i + 1, i + 4).join(" "));
      i += 3;
    } else if (WITH_VALUE.includes(word) || TUNNEL_WORDS.includes(word)) {
      options.set(word, words[++i]!);
    } else if (word === "-p") {
      const bare = words[i + 1] === undefined || words[i + 1]!.startsWith("-");
      options.set(word, bare ? "360" : words[++i]!);
    } else options.set(word, "");
  }
  return options;
}

function serviceId(options: Options): ServiceId {
  const mark = options.get("-f");
  if (mark !== undefined)
    return { kind: "mark", mark: Number(mark), family: options.has("-6") ? 6 : 4 };
  for (const [option, protocol] of [
    ["-t", "tcp"],
    ["-u", "udp"],
    ["--sctp-service", "sctp"],
  ] as const) {
    const text = options.get(option);
    if (text !== undefined) return { kind: "address", protocol, ...endpoint(text) };
  }
  throw new Error(`no service in ${[...options].join(" ")}`);
}

/** A server without a port takes its service's. */
function serverId(options: Options): { address: string; port: number } {
  const text = options.get("-r")!;
  if (/[^:]:\d+$/.test(text)) return endpoint(text);
  const service = serviceId(options);
  return { address: text, port: service.kind === "address" ? service.port : 0 };
}

function endpoint(text: string): { address: string; port: number } {
  const at = text.lastIndexOf(":");
  const address = text.slice(0, at).replace(/^\[|\]$/g, "");
  return { address, port: Number(text.slice(at + 1)) };
}

function serviceOptions(options: Options): ServiceOptions {
  const seconds = options.get("-p");
  return {
    scheduler: options.get("-s") ?? "wlc",
    onePacket: options.has("-o"),
    schedulerFlags: flagsOf(options.get("-b") ?? ""),
    ...(seconds === undefined
      ? {}
      : {
          persistence: { seconds: Number(seconds), mask: options.get("-M") ?? wholeMask(options) },
        }),
    ...(options.has("--pe") ? { engine: options.get("--pe")! } : {}),
  };
}

/** Every client for itself. */
function wholeMask(options: Options): string {
  const id = serviceId(options);
  const six = id.kind === "mark" ? id.family === 6 : id.address.includes(":");
  return six ? "128" : "255.255.255.255";
}

function server(options: Options): ServerOptions {
  const number = (option: string, otherwise: number) => Number(options.get(option) ?? otherwise);
  const type = options.get("--tun-type") as Tunnel["type"] | undefined;
  const checksum = options.has("--tun-csum") ? "csum" : "nocsum";
  return {
    method: options.has("-m") ? "nat" : options.has("-i") ? "tun" : "dr",
    weight: number("-w", 1),
    upperThreshold: number("-x", 0),
    lowerThreshold: number("-y", 0),
    ...(type === undefined
      ? {}
      : {
          tunnel: {
            type,
            port: number("--tun-port", 0),
            checksum: options.has("--tun-remcsum") ? "remcsum" : checksum,
          },
        }),
  };
}

/** ipvsadm(8) -b: the first flag is the fallback, the second the port, of sh and mh alike. */
function flagsOf(names: string): number {
  return (/-fallback/.test(names) ? 1 : 0) | (/-port/.test(names) ? 2 : 0);
}
