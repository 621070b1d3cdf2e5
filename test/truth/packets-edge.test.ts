import { holdDataPath } from "./data-path-cases.ts";
import type { Exclusion } from "./exclusions.ts";
import { readEdgeSections } from "./packets-edge-capture.ts";
import { playSection } from "./packets-edge-play.ts";

/**
 * Unusual packets and servers: what leaves the director, as the IPVS kernel of the capture sent it.
 */

const EXCLUSIONS: readonly Exclusion[] = [
  { cases: /IPv6/, reason: "IPv6 is not there yet" },
  { cases: /^TUN|: TUN\b/, reason: "TUN is not there yet" },
  {
    cases: /^NAT|: NAT\b|\(NAT\)|from the NAT server|no route, NAT|^NAT to/,
    reason: "NAT is not there yet",
  },
  { cases: /no route, TUN/, reason: "TUN is not there yet" },
  { cases: /: SCTP/, reason: "SCTP is not there yet" },
  { cases: /fwmark|UDP is not marked/, reason: "firewall marks are not there yet" },
  { cases: /^persistence/, reason: "persistence is not there yet" },
  { cases: /^ICMP errors from the client/, reason: "ICMP errors of routers are not followed yet" },
  { cases: /DR 1500 no DF/, reason: "what is too big is dropped, not fragmented" },
  { cases: /^fragments: DR.*(in order|reverse)/, reason: "fragments are not put together" },
  { cases: /no ARP answer/, reason: "the neighbour is asked for while the packet is dropped" },
];

const sections = readEdgeSections();
const cases = sections.flatMap((section) => [...playSection(section, sections)]);

holdDataPath(
  cases.map(([name, error]) => ({
    name,
    run: () => {
      if (error !== undefined) throw error;
    },
  })),
  EXCLUSIONS,
  162,
);
