import { holdDataPath } from "./data-path-cases.ts";
import type { Exclusion } from "./exclusions.ts";
import { readEdgeSections } from "./packets-edge-capture.ts";
import { playSection } from "./packets-edge-play.ts";

/**
 * Unusual packets and servers: what leaves the director, as the IPVS kernel of the capture sent it.
 */

const EXCLUSIONS: readonly Exclusion[] = [
  { cases: /: SCTP/, reason: "the data path balances TCP and UDP" },
  {
    cases: /(DR|NAT) 1500 no DF|1500 bytes, DF=0|pmtu_disc=0: 1500 bytes/,
    reason: "Weir does not fragment: the client is told the MTU instead",
  },
  { cases: /schedule_icmp=1/, reason: "an ICMP error opens no connection" },
  { cases: /^fragments: .*reverse/, reason: "who comes before the first fragment goes up" },
  { cases: /^fragments: .*only the first/, reason: "a fragment goes on before the others came" },
  { cases: /^fragments: TUN/, reason: "each fragment goes into the tunnel by itself" },
  { cases: /no ARP answer/, reason: "the neighbour is asked for while the packet is dropped" },
  {
    cases: /NAT: (UDP with|server answers with) checksum 0/,
    reason: "UDP without a checksum stays without (RFC 768)",
  },
  {
    cases: /frag needed mtu 1400 (quoting outer header \+|about the outer packet, time 1)/,
    reason: "the kernel tells the MTU of its route, and only from the second time on the router's",
  },
  { cases: /is learned: 1500 bytes/, reason: "the client alone is told the MTU of a path" },
  {
    cases: /IPv6: hop.*ttl=0x1$|6 in IPv6: client sends 1461|: IPv6 (TCP SYN|UDP)$|no route, IPv6/,
    reason: "ICMPv6 errors come from the VIP, as the kernel's do where the VIP is an address",
  },
  {
    cases: /: IPv6: (server sends ICMPv6|packet too big)/,
    reason: "the kernel checks ICMPv6 of NAT servers without its pseudo header, and drops it",
  },
  { cases: /nat_icmp_send=1, TCP ACK/, reason: "the error comes from the VIP" },
  { cases: /NAT to 127\.0\.0\.1/, reason: "what goes to the host itself goes up unchanged" },
  { cases: /whose header is in two fragments/, reason: "the first fragment must tell TCP's flags" },
];

const cases = ["packets-edge.txt", "packets-edge-more.txt"].flatMap((file) => {
  const sections = readEdgeSections(file);
  return sections.flatMap((section) => [...playSection(section, sections)]);
});

holdDataPath(
  cases.map(([name, error]) => ({
    name,
    run: () => {
      if (error !== undefined) throw error;
    },
  })),
  EXCLUSIONS,
  262,
);
