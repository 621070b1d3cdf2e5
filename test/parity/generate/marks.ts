import type { Random } from "../../../src/base/random.ts";
import type { MarkRuleRecord } from "../step.ts";
import { VIPS } from "./network.ts";

/** Rules that fit some of the packets: of whole networks, of one address, of ports. */
export function generateMarks(random: Random): MarkRuleRecord[] {
  if (random.chance(0.3)) return [];
  return Array.from({ length: 1 + random.integer(6) }, () => generateMark(random));
}

function generateMark(random: Random): MarkRuleRecord {
  const destination = random.pick(VIPS);
  const family = destination.includes(":") ? 6 : 4;
  const mapped = family === 4 ? 96 : 0;
  const narrow = family === 4 ? [0, 8, 24, 31, 32] : [0, 16, 64, 121, 128];
  const ports = () => random.pick([[0, 0xffff] as const, [80, 80] as const, [0, 443] as const]);
  const [sourceFirst, sourceLast] = random.chance(0.8) ? [0, 0xffff] : [40010, 40030];
  const [destinationFirst, destinationLast] = ports();
  return {
    family,
    source: family === 4 ? "198.51.100.0" : "2001:db8:1::",
    sourcePrefix: mapped + random.pick(narrow),
    destination,
    destinationPrefix: mapped + random.pick(narrow),
    protocol: random.pick([0, 0, 6, 17]),
    sourcePorts: [sourceFirst, sourceLast],
    destinationPorts: [destinationFirst, destinationLast],
    ifindex: random.pick([0, 0, 1, 2]),
    mark: random.pick([1, 2, 3, 0xffff_ffff]),
  };
}
