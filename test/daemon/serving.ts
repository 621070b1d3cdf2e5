import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryDirector } from "../../src/cli/ipvsadm/testing/memory-director.ts";
import type { Status } from "../../src/daemon/api/schema.ts";
import { serveApi } from "../../src/daemon/api/server.ts";
import { UNCONFIGURED } from "../../src/daemon/availability.ts";
import { configured } from "../../src/daemon/testing/configured.ts";
import type { ConnectionEntry } from "../../src/state/connections.ts";

export const STATUS: Status = {
  name: "test",
  pid: 1,
  resumed: false,
  interfaces: [{ name: "eth0", mode: "generic", because: "it is a test" }],
  connections: { live: 3, capacity: 8 },
  reasons: { forwarded: "18446744073709551615" },
};

/** The director behind the API; it says how often it was asked to change something. */
class ServedDirector extends MemoryDirector {
  applied = 0;
  /** Entries that have been read out of the table so far. */
  read = 0;
  connectionCount = 0;
  /** What the daemon would stop at. */
  readonly broken: Error[] = [];

  override async apply(operations: Parameters<MemoryDirector["apply"]>[0]) {
    this.applied++;
    return super.apply(operations);
  }

  *connectionEntries(): Generator<ConnectionEntry> {
    for (let port = 0; port < this.connectionCount; port++) {
      this.read++;
      yield {
        protocol: "TCP",
        expires: port % 900,
        state: "ESTABLISHED",
        client: { address: `10.${port >> 16}.0.1`, port: port & 0xffff },
        virtual: { address: "192.168.150.100", port: 80 },
        destination: { address: "192.168.150.12", port: 80 },
      };
    }
  }
}

export interface Serving {
  readonly director: ServedDirector;
  readonly socket: string;
}

/** The real API on a socket in a folder of its own; both are gone afterwards. */
export async function withApi(use: (serving: Serving) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "weir-api-"));
  const director = new ServedDirector();
  const socket = join(folder, "test.sock");
  try {
    const broken = (error: Error) => void director.broken.push(error);
    const configuration = configured("lo");
    const status = () => STATUS;
    const served = await serveApi(socket, {
      director,
      configuration,
      availability: UNCONFIGURED,
      status,
      broken,
    });
    if (!served.ok) throw new Error(served.fault.message);
    try {
      await use({ director, socket });
    } finally {
      await served.value.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** One request as it stands, whatever nonsense it is. */
export function ask(
  socketPath: string,
  method: string,
  path: string,
  body?: string | Buffer,
  type = "application/json",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Node.js frames the body of a GET only when it is told its length.
    const length = body === undefined ? 0 : Buffer.byteLength(body);
    const headers =
      body === undefined ? {} : { "content-type": type, "content-length": String(length) };
    const options = { socketPath, method, path, headers, agent: false };
    const asked = request(options, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          text: Buffer.concat(parts).toString("utf8"),
        }),
      );
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
