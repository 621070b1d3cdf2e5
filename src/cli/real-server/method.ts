import { failure, type Result, success } from "../../base/fault.ts";
import { addressBytes, canonicalAddress, familyOf } from "../../wire/address.ts";

/** How a director hands packets to a real server, as `ipvsadm` has it: -g, -i and -m. */
export const METHODS = ["dr", "tun", "nat"] as const;
export type Method = (typeof METHODS)[number];

/** What a person asks of `up`, with addresses in canonical form. */
export interface Setup {
  readonly method: Method;
  /** tun: from where tunnels come. nat: the one inside address of the director. */
  readonly directors: readonly string[];
  /** tun: UDP port of GUE; 0 takes no GUE. */
  readonly guePort: number;
  /** nat: what is reached by the director: "default", or networks such as "10.1.0.0/16". */
  readonly networks: readonly string[];
  readonly link: string | undefined;
}

/** The words of the command line. */
export interface SetupWords {
  readonly method?: string;
  readonly director?: readonly string[];
  readonly port?: string;
  readonly route?: readonly string[];
  readonly interface?: string;
}

/**
 * Faults: BAD_METHOD, BAD_DIRECTOR, BAD_PORT, BAD_ROUTE, and OPTION_OF_OTHER_METHOD for an option
 * that the method has no use for.
 */
export function parseSetup(vip: string, words: SetupWords): Result<Setup> {
  const method = METHODS.find((name) => name === (words.method ?? "dr"));
  if (method === undefined) {
    return failure("BAD_METHOD", `There is no method "${words.method}"`, "take dr, tun or nat");
  }
  const stray = strayOption(method, words);
  if (stray !== undefined) return stray;
  const directors = parseDirectors(vip, method, words.director ?? []);
  if (!directors.ok) return directors;
  const guePort = words.port === undefined ? 0 : Number(words.port);
  if (!/^\d+$/.test(words.port ?? "0") || (words.port !== undefined && !isPort(guePort))) {
    return failure("BAD_PORT", `"${words.port}" is no UDP port`, "give a number from 1 to 65535");
  }
  const networks = words.route ?? (method === "nat" ? ["default"] : []);
  const bad = networks.find((network) => !isNetwork(network, familyOf(vip) ?? 4));
  if (bad !== undefined) {
    const fix = 'give a network of the VIP\'s family, for example "10.1.0.0/16", or "default"';
    return failure("BAD_ROUTE", `"${bad}" is no network to route`, fix);
  }
  const { value } = directors;
  return success({ method, directors: value, guePort, networks, link: words.interface });
}

function strayOption(method: Method, words: SetupWords) {
  const owners = [
    ["director", ["tun", "nat"]],
    ["port", ["tun"]],
    ["route", ["nat"]],
  ] as const;
  for (const [option, methods] of owners) {
    if (words[option] === undefined || (methods as readonly Method[]).includes(method)) continue;
    const message = `--${option} means nothing to the method ${method}`;
    const fix = `leave it out, or take --method ${methods.join(" or ")}`;
    return failure("OPTION_OF_OTHER_METHOD", message, fix);
  }
  return undefined;
}

function parseDirectors(
  vip: string,
  method: Method,
  words: readonly string[],
): Result<readonly string[]> {
  const directors: string[] = [];
  for (const word of words) {
    const address = canonicalAddress(word);
    if (address === undefined || addressBytes(address).every((byte) => byte === 0)) {
      return failure("BAD_DIRECTOR", `"${word}" is no address of a director`);
    }
    if (!directors.includes(address)) directors.push(address);
  }
  if (method === "tun" && directors.length === 0) {
    const fix = "give --director the address that its tunnels come from";
    return failure("BAD_DIRECTOR", "A real server of tunnels takes them from its directors", fix);
  }
  if (method === "nat") {
    const [director] = directors;
    const right = directors.length === 1 && familyOf(director!) === familyOf(vip);
    const fix = "give --director its address on the inside network, one of the VIP's family";
    const message = "A real server of NAT answers through one director";
    if (!right) return failure("BAD_DIRECTOR", message, fix);
  }
  return success(directors);
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}

function isNetwork(text: string, family: 4 | 6): boolean {
  if (text === "default") return true;
  const found = /^([^/]+)\/(\d{1,3})$/.exec(text);
  return (
    found !== null &&
    familyOf(found[1]!) === family &&
    Number(found[2]) <= (family === 4 ? 32 : 128)
  );
}
