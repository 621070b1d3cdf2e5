import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { keepRoute, recallRoute, routeAge, routeServes } from "./cache-route.ts";
import { CACHE_ROUTE_SERVERS, SERVER_AVAILABLE } from "./constants.ts";
import { testView } from "./testing/tables.ts";
import { mappedWords, type Words } from "./tuple.ts";

const DESTINATION = mappedWords(0x0100_000a);
const word = fc.nat({ max: 0xffff_ffff });
const addresses: fc.Arbitrary<Words> = fc.tuple(word, word, word, word);

test("a destination has the servers that it was given last, newest first", () => {
  const sets = fc.array(fc.nat({ max: 0xffff }), { minLength: 1, maxLength: CACHE_ROUTE_SERVERS });
  fc.assert(
    fc.property(addresses, fc.nat({ max: 0xffff }), sets, sets, (address, service, first, then) => {
      const view = testView();
      assert.equal(recallRoute(view, service, address, 5), undefined);
      keepRoute(view, service, address, first, 5);
      keepRoute(view, service, address, then, 6);
      assert.deepEqual(recallRoute(view, service, address, 7), then);
    }),
  );
});

test("each service has destinations of its own", () => {
  const view = testView();
  keepRoute(view, 1, DESTINATION, [7], 0);
  keepRoute(view, 2, DESTINATION, [8], 0);
  assert.deepEqual(recallRoute(view, 1, DESTINATION, 0), [7]);
  assert.deepEqual(recallRoute(view, 2, DESTINATION, 0), [8]);
  assert.equal(recallRoute(view, 3, DESTINATION, 0), undefined);
});

test("the age of a set is since its change, not since its use, also when ticks wrap", () => {
  const view = testView();
  keepRoute(view, 1, DESTINATION, [7], 0xffff_fff0);
  recallRoute(view, 1, DESTINATION, 0xffff_fff8);
  assert.equal(routeAge(view, 1, DESTINATION, 0x10), 0x20);
  keepRoute(view, 1, DESTINATION, [8, 7], 0x10);
  assert.equal(routeAge(view, 1, DESTINATION, 0x10), 0);
});

test("in a full table what was not used for longest gives way, and what is in use stays", () => {
  const view = testView();
  const favourite = mappedWords(0xffff_ffff);
  keepRoute(view, 1, favourite, [9], 0);
  for (let i = 0; i < 10 * view.cacheRoutes.count; i++) {
    const now = 1 + i;
    assert.deepEqual(recallRoute(view, 1, favourite, now), [9]);
    keepRoute(view, 1, mappedWords(i), [i & 0xff], now);
    assert.deepEqual(recallRoute(view, 1, mappedWords(i), now), [i & 0xff]);
  }
});

test("a server that is removed, quiesced or by now another service's does not serve", () => {
  const view = testView();
  view.servers.set(3, "service", 1);
  view.servers.set(3, "weight", 2);
  assert.equal(routeServes(view, 1, 3), false, "removed");
  view.servers.set(3, "flags", SERVER_AVAILABLE);
  assert.equal(routeServes(view, 1, 3), true);
  assert.equal(routeServes(view, 2, 3), false, "another service's");
  view.servers.set(3, "weight", 0);
  assert.equal(routeServes(view, 1, 3), false, "quiesced");
});
