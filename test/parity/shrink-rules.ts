import type { Rules, Service } from "../../src/state/rule.ts";
import { shrink } from "./shrink.ts";
import type { Step } from "./step.ts";

/**
 * Takes services out of rules, and servers out of services, as long as the steps fail without them.
 */
export function shrinkRules(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => boolean,
): Step[] {
  let kept = [...steps];
  for (const [at, step] of steps.entries()) {
    if (step.kind !== "rules") continue;
    const fewer = fewerRules(step.rules, (rules) => fails(kept.with(at, { kind: "rules", rules })));
    kept = kept.with(at, { kind: "rules", rules: fewer });
  }
  return kept;
}

function fewerRules(rules: Rules, fails: (rules: Rules) => boolean): Rules {
  const withServices = (services: readonly (readonly [string, Service])[]): Rules => {
    return { ...rules, services: new Map(services) };
  };
  let kept = shrink([...rules.services], (some) => fails(withServices(some)));
  for (const [at, [name, service]] of kept.entries()) {
    const withServers = (servers: Service["servers"]) =>
      kept.with(at, [name, { ...service, servers }]);
    const servers = shrink(service.servers, (some) => fails(withServices(withServers(some))));
    kept = withServers(servers);
  }
  return withServices(kept);
}
