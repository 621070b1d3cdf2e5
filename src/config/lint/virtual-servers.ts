import type { Reporter } from "../findings/reporter.ts";
import type { Loaded } from "../load.ts";
import { lastStatement } from "./places.ts";

/** Ports of servers behind a firewall mark: only NAT can change a packet's own. */
export function lintVirtualServers({ tree }: Loaded, reporter: Reporter): void {
  for (const { keyword, arguments: words, block = [] } of tree.statements) {
    if (keyword.text !== "virtual_server" || words[0]?.text !== "fwmark") continue;
    const method = methodIn(block);
    for (const server of block) {
      const port = server.arguments[1];
      const own = methodIn(server.block ?? []) ?? method;
      const keepsPort = own === "DR" || own === "TUN";
      if (server.keyword.text !== "real_server" || port === undefined) continue;
      if (!keepsPort || Number(port.text) === 0) continue;
      reporter.warn(
        "SERVER_PORT",
        port,
        `Port ${port.text} does not count: packets with mark ${words[1]?.text} keep their own.`,
        "Take it out, and give checks a connect_port.",
      );
    }
  }
}

function methodIn(block: Parameters<typeof lastStatement>[0]): string | undefined {
  const statement = lastStatement(block, "lvs_method") ?? lastStatement(block, "lb_kind");
  return statement?.arguments[0]?.text;
}
