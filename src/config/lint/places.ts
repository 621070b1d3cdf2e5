import type { InstanceSettings } from "../../cluster/settings.ts";
import type { Loaded } from "../load.ts";
import type { Statement, Word } from "../tree.ts";

/** A VRRP instance, and where it stands. */
export interface PlacedInstance {
  readonly settings: InstanceSettings;
  readonly statement: Statement;
  readonly name: Word;
}

/** The instances that mean something, with the blocks that they come from. */
export function placedInstances({ tree, configuration }: Loaded): readonly PlacedInstance[] {
  return configuration.instances.flatMap((settings) => {
    const statement = tree.statements.find(
      ({ keyword, arguments: [name] }) =>
        keyword.text === "vrrp_instance" && name?.text === settings.name,
    );
    const name = statement?.arguments[0];
    return statement === undefined || name === undefined ? [] : [{ settings, statement, name }];
  });
}

/** The last statement of a word in a block, which is the one that counts. */
export function lastStatement(
  block: readonly Statement[] | undefined,
  word: string,
): Statement | undefined {
  return block?.findLast(({ keyword }) => keyword.text === word);
}
