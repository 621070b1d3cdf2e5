import { readSetups, type Setup } from "./conn-states-capture.ts";
import { playFlow, playListed } from "./conn-states-play.ts";
import { holdDataPath } from "./data-path-cases.ts";
import type { Case, Exclusion } from "./exclusions.ts";

/** State, timer and counts after every packet, as the IPVS kernel of the capture had them. */

const EXCLUSIONS: readonly Exclusion[] = [
  { cases: /^SCTP/, reason: "the data path balances TCP and UDP" },
  { cases: /^SIP/, reason: "a template by Call-ID would need the payload of SIP" },
  {
    cases: /NAT to another port, -p 20/,
    reason: "a persistent mark's server gets its own port, where IPVS keeps the client's",
  },
  {
    cases: /changed to DR while/,
    reason: "connections follow their server when its forwarding method is edited",
  },
];

function casesOf(setup: Setup): Case[] {
  const flows = setup.items
    .filter((item) => item.kind === "flow")
    .filter(({ steps }) => steps.length > 0);
  if (flows.length === 0) return [{ name: setup.section, run: () => playListed(setup) }];
  return flows.map((flow) => ({ name: flow.name, run: () => playFlow(setup, flow) }));
}

const files = ["conn-states.txt", "conn-states-more.txt"];

holdDataPath(files.flatMap(readSetups).flatMap(casesOf), EXCLUSIONS, 85);
