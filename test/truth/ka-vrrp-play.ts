import { Random } from "../../src/base/random.ts";
import type { Notification } from "../../src/daemon/notify/notification.ts";
import { Clock } from "../../src/simulator/clock.ts";
import type { Entry, Happening } from "../../src/simulator/entry.ts";
import { type Port, Segment } from "../../src/simulator/segment.ts";
import { PlayedDirector, type PlayedInterface } from "./ka-vrrp-director.ts";

/** What is done to the directors lb1 and lb2, at a time of the capture in seconds. */
export type PlayedEvent = { readonly at: number } & (
  | { readonly kind: "start" | "configure"; readonly host: string; readonly text: string }
  | { readonly kind: "stop" | "kill"; readonly host: string }
  | { readonly kind: "link"; readonly host: string; readonly name: string; readonly up: boolean }
  /** Nothing passes between this director and the rest of its LAN, and its link stays up. */
  | { readonly kind: "cut" | "mend"; readonly host: string }
  | {
      readonly kind: "script";
      readonly host: string;
      readonly outcome: "succeeds" | "fails" | "hangs";
    }
  | { readonly kind: "file"; readonly host: string; readonly value: number }
  | { readonly kind: "remove"; readonly host: string; readonly address: string }
  /** A host that is no director sends a frame. */
  | { readonly kind: "foreign"; readonly bytes: Uint8Array }
);

/** What was seen, at times of the capture in seconds. */
export type PlayedEntry = Entry | NotifiedEntry;

interface NotifiedEntry {
  readonly time: number;
  readonly host: string;
  readonly kind: "notified";
  readonly notification: Notification;
}

const SECOND = 1_000_000;
/** What happened before a section began is played first: so many seconds at the most. */
const BEFORE = 40;
/** A veth pair and a bridge. */
const QUALITY = { delay: 50, jitter: 0, loss: 0, duplication: 0, reorders: false };
const CLIENT = "cl";
const NAMES = ["lb1", "lb2"];

/** Two directors and a client on a LAN, as in the captures, from the first event until `until`. */
export function play(events: readonly PlayedEvent[], until: number): readonly PlayedEntry[] {
  const random = new Random(1);
  const clock = new Clock(random);
  const seconds = () => clock.now / SECOND - BEFORE;
  const lan = new Segment(clock, random, QUALITY);
  const second = new Segment(clock, random, QUALITY);
  const client = clientOn(lan);
  const seen: PlayedEntry[] = [];
  const directors = new Map(
    NAMES.map((name, i) => {
      const note = (happening: Happening) =>
        void seen.push({ ...happening, time: seconds(), host: name });
      const notify = (notification: Notification) =>
        void seen.push({ kind: "notified", notification, time: seconds(), host: name });
      const interfaces = interfacesOf(i + 1, lan, second, new Segment(clock, random, QUALITY));
      return [name, new PlayedDirector({ name, interfaces, clock, random, note, notify })];
    }),
  );
  for (const event of events) {
    clock.at((event.at + BEFORE) * SECOND, () => {
      if (event.kind === "foreign") lan.transmit(client, event.bytes);
      else carryOut(event, directors.get(event.host)!, lan);
    });
  }
  clock.run((until + BEFORE) * SECOND);
  return seen;
}

function carryOut(
  event: Exclude<PlayedEvent, { kind: "foreign" }>,
  director: PlayedDirector,
  lan: Segment,
): void {
  switch (event.kind) {
    case "start":
      director.start(event.text);
      break;
    case "configure":
      director.configure(event.text);
      break;
    case "stop":
      director.stop();
      break;
    case "kill":
      director.kill();
      break;
    case "link":
      director.setLink(event.name, event.up);
      break;
    case "script":
      director.tracks.outcome = event.outcome;
      break;
    case "file":
      director.tracks.writeFile(event.value);
      break;
    case "remove":
      director.removeAddress(event.address);
      break;
    case "cut":
    case "mend":
      for (const other of [...NAMES, CLIENT].filter((name) => name !== event.host)) {
        lan[event.kind](event.host, other);
        lan[event.kind](other, event.host);
      }
  }
}

/** eth0 on the LAN, eth1 on the second one, dum0 on none. */
function interfacesOf(
  number: number,
  lan: Segment,
  second: Segment,
  nowhere: Segment,
): readonly PlayedInterface[] {
  const last = `${number}0`;
  return [
    {
      name: "eth0",
      mac: `02:00:00:00:00:${last}`,
      addresses: [`192.168.150.${last}`, `fe80::ff:fe00:${last}`],
      segment: lan,
    },
    {
      name: "eth1",
      mac: `02:00:00:00:01:${last}`,
      addresses: [`10.9.9.${number}`],
      segment: second,
    },
    { name: "dum0", mac: `02:00:00:00:02:${last}`, addresses: [], segment: nowhere },
  ];
}

function clientOn(segment: Segment): Port {
  const addresses = ["192.168.150.50"];
  const mac = "02:00:00:00:00:50";
  const client: Port = { host: CLIENT, mac, addresses, up: true, deliver: () => {} };
  segment.attach(client);
  return client;
}
