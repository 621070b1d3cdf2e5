import type { Accounts, Counters } from "../state/counters.ts";
import { type Estimate, estimate, NO_ESTIMATE, readEstimate } from "../state/estimator.ts";
import { type Rules, socketAddress } from "../state/rule.ts";

/** The estimates of all services and servers: `ipvsadm --rate`. */
export class RateBook {
  /** Of those that packets ever came to. */
  #estimates = new Map<string, Estimate>();

  /** To be called every two seconds, after the accounts are up to date. */
  turn(rules: Rules, accounts: Accounts): void {
    const next = new Map<string, Estimate>();
    const note = (key: string, totals: Counters) => {
      const now = estimate(this.#estimates.get(key) ?? NO_ESTIMATE, totals);
      if (now !== NO_ESTIMATE) next.set(key, now);
    };
    for (const [service, rule] of rules.services) {
      note(service, accounts.ofService(service));
      for (const { address, port } of rule.servers) {
        const server = socketAddress(address, port);
        note(keyOf(service, server), accounts.ofServer(service, server));
      }
    }
    this.#estimates = next;
  }

  /** `ipvsadm -Z`: one service with its servers, or all (ip_vs_est.c ip_vs_zero_estimator). */
  zero(service?: string): void {
    for (const key of this.#estimates.keys()) {
      const asked = service === undefined || key === service || key.startsWith(keyOf(service, ""));
      if (asked) this.#estimates.delete(key);
    }
  }

  rates(service: string, server?: string): Counters {
    return readEstimate(this.#estimates.get(keyOf(service, server)) ?? NO_ESTIMATE);
  }
}

function keyOf(service: string, server: string | undefined): string {
  return server === undefined ? service : `${service} / ${server}`;
}
