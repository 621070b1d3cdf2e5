import { type Five, five } from "../../src/cli/ipvsadm/testing/memory-director.ts";
import type { Guest } from "./ipvsadm-guest.ts";
import type { Step } from "./transcript.ts";

/** What the capture did before a command without showing it. `at` is the line of that command. */
export interface Preparation {
  readonly file: string;
  readonly at: (step: Step) => boolean;
  readonly prepare: (guest: Guest) => Promise<void>;
}

/** Every capture except the cases of one table starts a part with these rules. */
const ONE_SERVICE = `
  ipvsadm -C
  ipvsadm -A -t 10.0.0.1:80 -s rr
  ipvsadm -a -t 10.0.0.1:80 -r 192.168.1.1:80 -g
`;

function onLine(line: number): (step: Step) => boolean {
  return (step) => step.line === line;
}

function quietly(file: string, line: number, commands: string): Preparation {
  return { file, at: onLine(line), prepare: (guest) => guest.quietly(commands) };
}

function input(file: string, line: number, text: string): Preparation {
  const prepare = async (guest: Guest) => {
    guest.files.set("/tmp/r", text);
  };
  return { file, at: onLine(line), prepare };
}

function adding(...services: readonly string[]): string {
  return services.map((service) => `ipvsadm -A ${service}`).join("\n");
}

function tcp(...addresses: readonly string[]): string {
  return adding(...addresses.map((address) => `-t ${address}:80`));
}

const ORDER = [
  ...[12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].flatMap((host) => [
    `ipvsadm -A -t 10.0.0.${host}:80 -s rr`,
    `ipvsadm -A -u 10.0.0.${host}:80 -s rr`,
  ]),
  ...[443, 8080, 22, 80, 1].map((port) => `ipvsadm -A -t 10.0.0.100:${port} -s rr`),
  ...[3, 10, 2, 1].flatMap((host) => [
    `ipvsadm -a -t 10.0.0.12:80 -r 192.168.1.${host}:80 -m`,
    `ipvsadm -a -t 10.0.0.12:80 -r 192.168.1.${host}:9 -m`,
  ]),
  "ipvsadm -A -f 5 -s rr",
  "ipvsadm -A -f 3 -s rr",
  "ipvsadm -A -f 30 -s rr",
  "ipvsadm -A -t [2001:db8::2]:80",
  "ipvsadm -A -t [2001:db8::1]:80",
  "ipvsadm -A -f 2 -6",
].join("\n");

const FORMAT = "ipvsadm-format.txt";
const MORE = "ipvsadm-more.txt";
const STATS = "stats.txt";

const FORMAT_PREPARATIONS: readonly Preparation[] = [
  {
    file: FORMAT,
    at: onLine(1279),
    prepare: async (guest) => {
      const { stdout } = await guest.ipvsadm(["-S", "-n"]);
      guest.files.set("/tmp/s1", stdout);
    },
  },
  {
    file: FORMAT,
    at: onLine(1288),
    prepare: async (guest) => {
      const saved = guest.files.get("/tmp/s1") ?? "";
      guest.files.set("/tmp/s1", saved.replace(/^.*-f -1.*\n/gm, ""));
    },
  },
  input(FORMAT, 1465, "-A -t 10.0.0.1:80 -s rr\n-A -t 10.0.0.2:80 -s rr"),
  input(FORMAT, 1474, ""),
  quietly(FORMAT, 1535, ORDER),
];

const MORE_PREPARATIONS: readonly Preparation[] = [
  {
    file: MORE,
    at: (step) => step.section.startsWith("legality"),
    prepare: (guest) => guest.quietly(ONE_SERVICE),
  },
  quietly(MORE, 2010, ONE_SERVICE),
  quietly(MORE, 2313, ONE_SERVICE),
  quietly(MORE, 2405, "ipvsadm -C"),
  quietly(MORE, 2583, "ipvsadm -C"),
  quietly(
    MORE,
    2662,
    `ipvsadm -C\n${adding(
      "-t 10.0.5.1:80 -s rr",
      "-t 10.0.5.2:0 -s rr -p 9",
      "-f 1 -s rr",
      "-f 2 -6 -s rr",
      "-t [2001:db8::5]:80 -s rr",
    )}`,
  ),
  quietly(MORE, 2985, "ipvsadm -C"),
  quietly(
    MORE,
    3086,
    `ipvsadm -C\n${tcp(
      "10.0.0.1",
      "192.168.1.1",
      "172.16.0.1",
      "100.64.0.1",
      "203.0.113.5",
      "198.51.100.7",
      "127.0.0.1",
      "128.0.0.1",
    )}`,
  ),
  quietly(MORE, 3098, `ipvsadm -C\n${tcp("100.64.0.1", "192.168.1.1")}`),
  quietly(MORE, 3104, `ipvsadm -C\n${tcp("192.168.1.1", "100.64.0.1")}`),
  quietly(MORE, 3110, `ipvsadm -C\n${tcp("10.0.0.1", "192.168.1.1", "172.16.0.1")}`),
  quietly(
    MORE,
    3117,
    `ipvsadm -C\n${tcp(
      "[fe80::1]",
      "[2001:db8::1]",
      "[fd00::1]",
      "[::1]",
      "[8000::1]",
      "[7fff::1]",
      "[2001:db8:8000::1]",
    )}`,
  ),
  quietly(
    MORE,
    3128,
    `ipvsadm -C\n${adding(
      "-f 2147483648",
      "-f 2147483647",
      "-f 1",
      "-f 4294967295",
      "-f 4000000000",
    )}`,
  ),
  quietly(
    MORE,
    3143,
    `ipvsadm -C\n${adding("-f 7", "-f 7 -6", "-t 1.1.1.1:80", "-f 6 -6")}\n${[
      "10.0.0.1",
      "192.168.1.1",
      "172.16.0.1",
      "100.64.0.1",
    ]
      .map((server) => `ipvsadm -a -f 7 -r ${server}`)
      .join("\n")}`,
  ),
];

interface Seen {
  readonly counters: Five;
  readonly rates: Five;
  readonly inactive?: number;
}

const UDP_SERVICE = "udp 192.168.150.100:53";
const TCP_SERVICE = "tcp 192.168.150.100:80";
const NONE: Five = [0, 0, 0, 0, 0];

/** The traffic that the capture sent before a listing, as the kernel had counted it. */
function traffic(line: number, udp: Seen, tcpSeen: Seen): Preparation {
  const prepare = async ({ director }: Guest) => {
    for (const [service, seen] of [[UDP_SERVICE, udp] as const, [TCP_SERVICE, tcpSeen] as const]) {
      const { inactive = 0 } = seen;
      director.observe(service, {
        counters: five(seen.counters),
        rates: five(seen.rates),
        inactive,
      });
    }
  };
  return { file: STATS, at: onLine(line), prepare };
}

const HANDSHAKE: Five = [1, 6, 3, 340, 1120];

const STATS_PREPARATIONS: readonly Preparation[] = [
  traffic(
    47,
    { counters: [501, 501, 500, 64128, 114000], rates: [3, 3, 3, 367, 653] },
    { counters: NONE, rates: NONE },
  ),
  traffic(
    81,
    { counters: [501, 501, 500, 64128, 114000], rates: [3, 3, 3, 367, 653] },
    { counters: HANDSHAKE, rates: NONE },
  ),
  traffic(
    88,
    { counters: [2002, 32001, 500, 30961128, 114000], rates: [142, 3324, 1, 3276748, 206] },
    { counters: HANDSHAKE, rates: [0, 0, 0, 24, 79] },
  ),
  traffic(
    128,
    {
      counters: [2002, 417001, 500, 426741128, 114000],
      rates: [3, 11248, 0, 11560293, 4],
      inactive: 2002,
    },
    { counters: HANDSHAKE, rates: [0, 0, 0, 0, 1], inactive: 1 },
  ),
];

export const PREPARATIONS: readonly Preparation[] = [
  ...FORMAT_PREPARATIONS,
  ...MORE_PREPARATIONS,
  ...STATS_PREPARATIONS,
];
