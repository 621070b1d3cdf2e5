import type { MarkRequest } from "../../src/state/mark.ts";

/**
 * The captures' rules of iptables that give packets a mark, as what one asks of `weir mark`:
 * `-t mangle -A PREROUTING -d ADDRESS -p tcp (--dport 8000:8010 | -m multiport --dports 80,443)
 * -j MARK --set-mark 9`, in any order.
 */
export function readMarkRule(words: readonly string[]): MarkRequest {
  const after = (option: string) => {
    const at = words.indexOf(option);
    return at < 0 ? undefined : words[at + 1];
  };
  const ports = after("--dports") ?? after("--dport");
  const [protocol, to, mark] = [after("-p"), after("-d"), after("--set-mark")];
  if (protocol !== "tcp" || !ports || !to || !mark) {
    throw new Error(`not supported yet: iptables ${words.join(" ")}`);
  }
  const range = (text: string) => {
    const [first, last = first] = text.split(":").map(Number);
    return { first: first!, last: last! };
  };
  return { protocol, to, ports: ports.split(",").map(range), mark: Number(mark) };
}
