import assert from "node:assert/strict";
import { test } from "node:test";
import { addressBytes, formatAddress } from "../../src/wire/address.ts";
import { type Client, segment } from "./client.ts";
import { Director } from "./director.ts";
import { type HashMap, readHashMaps } from "./hash-maps-capture.ts";

/**
 * Schedulers that hash: which server each client, port or destination got from the IPVS kernel of
 * the capture, and gets from the specification.
 */

const VIP = "10.99.0.1";
const VIP6 = "fd99::1";
const DIRECTOR_MAC = "02:00:00:00:00:10";

/** A director on the captured LAN, with one service. */
class Lan {
  readonly director: Director;
  readonly #map: HashMap;
  readonly #service: string;
  #port = 20_000;

  constructor(map: HashMap) {
    const numbers = [1, 2, 3, 4];
    const neighbours = numbers.flatMap((n) => [
      [`192.168.150.1${n}`, `02:00:00:00:00:1${n}`],
      [`fd00:150::1${n}`, `02:00:00:00:00:1${n}`],
    ]);
    this.director = new Director({
      interfaces: [{ mac: DIRECTOR_MAC, addresses: ["192.168.150.10/24", "fd00:150::10/64"] }],
      local: ["10.99.0.0/16", "10.98.0.0/16", "fd99::/64"],
      neighbours: Object.fromEntries(neighbours),
    });
    this.#map = map;
    if (map.varies === "destination") {
      this.#service = "-f 1";
      this.director.mark({ to: "10.98.0.0/16", mark: 1 });
    } else {
      this.#service = `-t ${map.family === 4 ? VIP : `[${VIP6}]`}:80`;
    }
    this.#setUp();
  }

  /** The number of the server that one connection goes to, or "." when it is refused. */
  connect({ client, port, destination }: Ends): string {
    const six = this.#map.family === 6;
    const from: Client = {
      address: client ?? "192.168.150.50",
      mac: "02:00:00:00:00:50",
      directorMac: DIRECTOR_MAC,
      virtual: destination ?? (six ? VIP6 : VIP),
    };
    const sourcePort = port ?? ++this.#port;
    let server = ".";
    for (const flags of ["S", "A", "A", "FA", "A"]) {
      const { frame, reason } = this.director.receive(segment(from, { port: sourcePort, flags }));
      if (reason === "no-server" || reason === "icmp-limited") return ".";
      assert.match(reason, /^(scheduled|forwarded)$/);
      server = String(frame[5]! - 0x10);
    }
    this.director.pause(0.01);
    return server;
  }

  #setUp(): void {
    const { scheduler, flags, weights, change, title } = this.#map;
    this.#run(`-A ${this.#service} -s ${scheduler}${flags === "" ? "" : ` -b ${flags}`}`);
    const order = /order rs3 rs1 rs2/.test(title) ? [3, 1, 2] : weights.map((_, i) => i + 1);
    for (const n of order) this.#run(`-a ${this.#server(n)} -w ${weights[n - 1]}`);
    if (change !== undefined) this.#change(change);
  }

  #change(change: string): void {
    const [, name, verb, weight] =
      /^rs(\d) (deleted|added|set|weight).*?(\d+)?$/.exec(change) ?? [];
    const server = this.#server(Number(name));
    if (verb === "deleted") this.#run(`-d ${server.replace(/ -[gm]$/, "")}`);
    else this.#run(`${verb === "added" ? "-a" : "-e"} ${server} -w ${weight}`);
  }

  #server(n: number): string {
    if (this.#map.varies === "destination") return `${this.#service} -r 192.168.150.1${n}:0 -g`;
    if (this.#map.family === 6) return `${this.#service} -r [fd00:150::1${n}]:80 -g`;
    const nat = /NAT to port 8080/.test(this.#map.title);
    return `${this.#service} -r 192.168.150.1${n}:${nat ? "8080 -m" : "80 -g"}`;
  }

  #run(command: string): void {
    this.director.run(`ipvsadm ${command}`);
  }
}

interface Ends {
  readonly client?: string;
  readonly port?: number;
  readonly destination?: string;
}

function endsOf({ varies, step }: HashMap, first: string, i: number): Ends {
  if (varies === "client port") return { client: "10.64.0.1", port: Number(first) + i };
  const address = addressAfter(first, i, step);
  return varies === "destination" ? { destination: address } : { client: address };
}

/** fd64:0:1:: and on from there, each of the clients is in a /64 of its own. */
function addressAfter(first: string, i: number, step: number): string {
  const bytes = addressBytes(first).slice();
  const view = new DataView(bytes.buffer);
  const last = bytes.length - 4;
  view.setUint32(last, view.getUint32(last) + i * step);
  if (bytes.length === 16 && first.startsWith("fd64:0:1:")) {
    view.setUint16(6, view.getUint16(6) + i);
  }
  return formatAddress(bytes);
}

const MAPS = readHashMaps();

test("the capture was read whole: 58 services, 12,160 connections", () => {
  const connections = MAPS.flatMap(({ rows }) => rows.flatMap(({ servers }) => servers));
  assert.deepEqual([MAPS.length, connections.length], [58, 12_160]);
});

for (const map of MAPS) {
  test(map.title, () => {
    const lan = new Lan(map);
    for (const { first, servers } of map.rows) {
      const chosen = servers.map((_, i) => lan.connect(endsOf(map, first, i)));
      assert.equal(chosen.join(" "), servers.join(" "), first);
    }
  });
}
