import type { Configuration, GlobalSettings } from "../configuration.ts";

/** Nothing but defaults, and what a test says. */
export function configurationOf(special: Partial<Configuration> = {}): Configuration {
  const globals: GlobalSettings = {
    mail: { to: [], connectTimeout: 30_000_000 },
    fifos: {},
    scriptSecurity: false,
    flush: false,
    flushOnStop: false,
    startupDelay: 0,
    initialNotifies: false,
  };
  return {
    globals,
    instances: [],
    groups: [],
    scripts: [],
    files: [],
    processes: [],
    virtualServers: [],
    staticAddresses: [],
    staticRoutes: [],
    ...special,
  };
}
