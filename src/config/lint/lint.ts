import { Reporter } from "../findings/reporter.ts";
import type { Loaded } from "../load.ts";
import type { Finding } from "../tree.ts";
import { lintAddresses } from "./addresses.ts";
import type { Host } from "./host.ts";
import { lintInstances } from "./instances.ts";
import { lintNodes } from "./nodes.ts";
import { lintPrograms } from "./programs.ts";
import { lintPasswords, lintStrict } from "./strict.ts";
import { lintVirtualServers } from "./virtual-servers.ts";

/** What a configuration is held against besides itself, each only where it is there. */
export interface Surroundings {
  /** The host that it is for. */
  readonly host?: Host;
  /** The configuration of another node of the same cluster. */
  readonly peer?: Loaded;
}

/** What is written well, can be meant, and is most likely not what somebody wants. */
export function lint(loaded: Loaded, { host, peer }: Surroundings): readonly Finding[] {
  const reporter = new Reporter();
  lintInstances(loaded, reporter);
  lintStrict(loaded, reporter);
  lintPasswords(loaded, reporter);
  lintVirtualServers(loaded, reporter);
  if (host !== undefined) {
    lintAddresses(loaded, host, reporter);
    lintPrograms(loaded, host, reporter);
  }
  if (peer !== undefined) lintNodes(loaded, peer, reporter);
  return reporter.findings;
}
