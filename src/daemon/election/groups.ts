import type { State } from "../../cluster/effect.ts";
import { groupMove, groupState } from "../../cluster/group.ts";
import type { GroupSettings } from "../../cluster/settings.ts";
import type { InstanceRunner } from "./instance-runner.ts";
import type { Report } from "./order.ts";

/** Moves in a row, after which members that contradict each other wait for their next turn. */
const MOVES_MAX = 4;

/** The sync groups: after every turn their members are moved together, and their state is told. */
export class Groups {
  readonly #instances: ReadonlyMap<string, InstanceRunner>;
  readonly #report: (report: Report) => void;
  #groups: readonly GroupSettings[] = [];
  /** By group: which of its members led at the end of the last turn. */
  readonly #before = new Map<string, readonly boolean[]>();
  readonly #told = new Map<string, State>();

  constructor(instances: ReadonlyMap<string, InstanceRunner>, report: (report: Report) => void) {
    this.#instances = instances;
    this.#report = report;
  }

  configure(groups: readonly GroupSettings[]): void {
    this.#groups = groups;
    const named = new Set(groups.map(({ name }) => name));
    for (const name of this.#before.keys()) if (!named.has(name)) this.#before.delete(name);
    for (const name of this.#told.keys()) if (!named.has(name)) this.#told.delete(name);
  }

  settle(): void {
    for (const group of this.#groups) {
      const members = group.members.flatMap((name) => this.#instances.get(name) ?? []);
      shareFaults(members);
      this.#move(group.name, members);
      this.#tell(group.name, groupState(members.map(({ state }) => state)));
    }
  }

  #move(name: string, members: readonly InstanceRunner[]): void {
    let before = this.#before.get(name) ?? [];
    for (let i = 0; i < MOVES_MAX; i++) {
      const now = members.map((member) => member.leads);
      const to = groupMove(before, now);
      before = now;
      if (to === undefined) break;
      for (const member of members) member.deliver({ kind: "group", to });
    }
    this.#before.set(name, before);
  }

  #tell(name: string, state: State): void {
    if (this.#told.get(name) === state) return;
    this.#told.set(name, state);
    this.#report({ kind: "state", of: "GROUP", name, state, priority: 0 });
  }
}

/** One that is at fault itself makes all the others so. */
function shareFaults(members: readonly InstanceRunner[]): void {
  for (const member of members) {
    const other = members.find((each) => each !== member && each.isAtFault);
    member.blame("group", other && `${other.name} of its group is at fault`);
  }
}
