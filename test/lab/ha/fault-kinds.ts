import { cableOf } from "./cables.ts";
import type { DirectorName, HaLab } from "./ha-lab.ts";

/**
 * What goes wrong at one director for a while. Clocks are not stepped here: a namespace has no wall
 * clock of its own (time_namespaces(7)), so a step would be one of the whole machine.
 */
export interface FaultKind {
  readonly name: string;
  /**
   * Whether director and network are both alive and do not hear each other. VRRP alone cannot tell
   * that from the other one's death, so that both may hold until they have met again.
   */
  readonly parts: boolean;
  begin(ha: HaLab, host: DirectorName): Promise<void>;
  end(ha: HaLab, host: DirectorName): Promise<void>;
}

const cable = ({ lab, topology }: HaLab, host: DirectorName) => cableOf(lab, topology, host);

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: "kill -9 of every process",
    parts: false,
    begin: async (ha, host) => ha.signal(host, "SIGKILL"),
    end: (ha, host) => ha.start(host),
  },
  {
    name: "SIGSTOP",
    parts: false,
    begin: async (ha, host) => ha.signal(host, "SIGSTOP"),
    end: async (ha, host) => ha.signal(host, "SIGCONT"),
  },
  {
    name: "link down",
    parts: false,
    begin: (ha, host) => cable(ha, host).set("down"),
    end: (ha, host) => cable(ha, host).set("up"),
  },
  {
    name: "cable cut outwards",
    parts: true,
    begin: (ha, host) => cable(ha, host).cut("outwards"),
    end: (ha, host) => cable(ha, host).mend("outwards"),
  },
  {
    name: "cable cut inwards",
    parts: true,
    begin: (ha, host) => cable(ha, host).cut("inwards"),
    end: (ha, host) => cable(ha, host).mend("inwards"),
  },
  {
    name: "interface deleted",
    parts: false,
    begin: (ha, host) => cable(ha, host).unplug(),
    end: (ha, host) => cable(ha, host).plug(),
  },
];
