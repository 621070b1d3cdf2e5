import type { Random } from "../../../src/base/random.ts";
import { type Rules, type Service, serviceName } from "../../../src/state/rule.ts";
import { IPVS_TIMEOUTS } from "../../../src/state/timeouts.ts";
import { changeService, generateService } from "./services.ts";

export function generateRules(random: Random): Rules {
  const services = new Map<string, Service>();
  const count = 1 + random.integer(5);
  for (let i = 0; i < count; i++) {
    const service = generateService(random);
    services.set(serviceName(service.id), service);
  }
  return { services, timeouts: IPVS_TIMEOUTS };
}

/** One change or a few, as `ipvsadm` makes them one by one and a restore makes many at once. */
export function changeRules(random: Random, rules: Rules): Rules {
  // ipvsadm -C: without any service the director is a host like others.
  const cleared = random.chance(0.05);
  const services = new Map(cleared ? [] : rules.services);
  let { timeouts } = rules;
  if (cleared && random.chance(0.7)) return { services, timeouts };
  const changes = random.chance(0.6) ? 1 : 2 + random.integer(4);
  for (let i = 0; i < changes; i++) {
    const live = [...services.values()];
    if (live.length === 0 || random.chance(0.12)) {
      const service = generateService(random);
      services.set(serviceName(service.id), service);
    } else if (random.chance(0.08)) {
      services.delete(serviceName(random.pick(live).id));
    } else if (random.chance(0.06)) {
      timeouts = {
        tcp: random.pick([1, 60, 900]),
        tcpFin: random.pick([1, 120]),
        udp: random.pick([1, 300]),
      };
    } else {
      const service = random.pick(live);
      services.set(serviceName(service.id), changeService(random, service));
    }
  }
  return { services, timeouts };
}
