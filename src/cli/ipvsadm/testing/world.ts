import { ipvsadm } from "../ipvsadm.ts";
import type { Resolver } from "../resolver.ts";
import { parseServices } from "../system-resolver.ts";
import { MemoryDirector } from "./memory-director.ts";
import { shellWords } from "./shell-words.ts";

/** The entries of Debian's /etc/services and /etc/hosts that the truth files show. */
const SERVICES = parseServices(`
tftp 69/udp
domain 53/tcp
domain 53/udp
http 80/tcp www
https 443/tcp
https 443/udp
sip 5060/tcp
sip 5060/udp
mdns 5353/udp
http-alt 8080/tcp webcache
http-alt 8080/udp
tproxy 8081/tcp
`);

const RESOLVER: Resolver = {
  addressOf: async (host) => (/^localhost$/i.test(host) ? "127.0.0.1" : undefined),
  hostOf: async (address) => (address === "127.0.0.1" ? "localhost" : undefined),
  portOf: (service, protocol) => SERVICES.ports.get(`${service}/${protocol}`),
  serviceOf: (port, protocol) => SERVICES.names.get(`${port}/${protocol}`),
};

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** A director in memory, and the command line in front of it. */
export class World {
  readonly director = new MemoryDirector();

  async ipvsadm(args: readonly string[], stdin = "", isRoot = true): Promise<Outcome> {
    let stdout = "";
    let stderr = "";
    const io = {
      stdin: stdin.split("\n").slice(0, stdin.endsWith("\n") || stdin === "" ? -1 : undefined),
      stdout: (text: string) => {
        stdout += text;
      },
      stderr: (text: string) => {
        stderr += text;
      },
      isRoot,
      resolver: RESOLVER,
    };
    const status = await ipvsadm(args, io, this.director);
    return { stdout, stderr, status };
  }

  /** Commands that a capture ran without showing them, one a line. */
  async quietly(commands: string): Promise<void> {
    for (const command of commands.split("\n").filter((line) => line.trim() !== "")) {
      await this.ipvsadm(shellWords(command.trim()).slice(1));
    }
  }
}
