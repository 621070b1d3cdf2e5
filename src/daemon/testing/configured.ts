import type { View } from "../../datapath/tables.ts";
import { testView } from "../../datapath/testing/tables.ts";
import { beginSettings } from "../../state/settings.ts";
import { LocalConfiguration } from "../configuration.ts";

/** The configuration of new tables in memory, on a host with these interfaces. */
export function configured(...interfaces: readonly string[]): LocalConfiguration {
  const view = testView();
  beginSettings(view);
  return configurationOf(view, interfaces);
}

/** The configuration that a daemon finds in tables; interfaces have the indices 1, 2 and so on. */
export function configurationOf(view: View, interfaces: readonly string[]): LocalConfiguration {
  const links = new Map(interfaces.map((name, at) => [at + 1, { name }]));
  return new LocalConfiguration(view, { state: { links } });
}
