import assert from "node:assert/strict";
import { WEIR } from "../../src/cli/lab/names.ts";
import { findTopology, type Topology } from "../../src/cli/lab/topology.ts";
import { endpoint } from "../../src/wire/address.ts";
import { execute, labHooks, on, ownLab } from "./lab.ts";

const MEGABYTE = 1_000_000;

/** A lab that `weir lab up` builds before the tests of a file, and what its client does there. */
export interface Site {
  readonly lab: string;
  readonly topology: Topology;
  /** "192.168.150.100:80" */
  readonly service: string;
  ipvsadm(...words: string[]): Promise<string>;
  /** Who answers a request: the address of a real server. */
  request(): Promise<string>;
  requests(count: number): Promise<string[]>;
  /** Takes a megabyte, and answers how many bytes came. */
  download(): Promise<number>;
  /** Sends a megabyte, and answers who took it and how much. */
  upload(): Promise<string>;
}

export interface Variant {
  readonly ipv6?: boolean;
  readonly tunnel?: string;
}

export function labSite(kind: string, { ipv6 = false, tunnel }: Variant = {}): Site {
  const found = findTopology(kind, { ipv6, tunnel });
  assert.ok(found.ok);
  const topology = found.value;
  const lab = ownLab(topology.kind);
  const variant = [...(ipv6 ? ["--ipv6"] : []), ...(tunnel ? ["--tunnel", tunnel] : [])];
  labHooks({
    before: async () => {
      const up = await execute(WEIR, ["lab", "up", kind, ...variant, "--name", lab]);
      assert.equal(up.status, 0, up.stderr);
    },
  });
  const url = `http://${endpoint(topology.vip, topology.port)}/`;
  const curl = (...words: string[]) =>
    on(lab, "client", "curl", "--silent", "--show-error", "--max-time", "10", ...words);
  const request = async () => (await curl(url)).trim().replace("from ", "");
  return {
    lab,
    topology,
    service: endpoint(topology.vip, topology.port),
    ipvsadm: (...words) => on(lab, "node01", "ipvsadm", ...words),
    request,
    requests: async (count) => {
      const answers: string[] = [];
      for (let asked = 0; asked < count; asked++) answers.push(await request());
      return answers;
    },
    download: async () => (await curl(`${url}bytes/${MEGABYTE}`)).length,
    upload: async () => {
      const sent = `head --bytes ${MEGABYTE} /dev/zero | curl -sS -m 10 --data-binary @- ${url}`;
      return (await on(lab, "client", "sh", "-c", sent)).trim();
    },
  };
}
