import assert from "node:assert/strict";
import { test } from "node:test";
import { keepRoute, recallRoute } from "../datapath/cache-route.ts";
import { mappedWords } from "../datapath/tuple.ts";
import type { Service } from "./rule.ts";
import { PublishedRules, testServer, testService } from "./testing/published.ts";

const DESTINATION = mappedWords(0x0100_000a);
const OTHER = mappedWords(0x0200_000a);
const NOW = 1000;

/** What the record that packets find for a service remembers of the destination. */
function recalled(director: PublishedRules, service: Service, destination = DESTINATION) {
  return recallRoute(director.view, indexOf(director, service), destination, NOW);
}

function indexOf(director: PublishedRules, service: Service): number {
  const [server] = service.servers;
  const host = Number(server!.address.split(".").at(-1));
  return director.view.servers.get(director.recordOf(service, host), "service");
}

const used = ({ view: { cacheRoutes } }: PublishedRules) =>
  Array.from({ length: cacheRoutes.count }, (_, i) => cacheRoutes.get(i, "count")).filter(Boolean);

/** Two services in the tables, and what the first one remembers. */
function remembering(scheduler = "lblcr") {
  const director = new PublishedRules();
  const cache = testService(1, [testServer(1), testServer(2)], scheduler);
  const web = testService(2, [testServer(3)]);
  director.publish(cache, web);
  keepRoute(director.view, indexOf(director, cache), DESTINATION, [4, 3], 900);
  keepRoute(director.view, indexOf(director, cache), OTHER, [3], 950);
  return { director, cache, web };
}

test("a service's memory stays when it alone is edited, and goes with it to another record", () => {
  const { director, cache, web } = remembering();
  const edited = { ...cache, servers: [testServer(1, 5), testServer(2)] };
  const first = indexOf(director, cache);
  director.publish(edited, web);
  assert.equal(indexOf(director, cache), first);
  assert.deepEqual(recalled(director, cache), [4, 3]);

  const again = { ...cache, servers: [testServer(1, 7), testServer(2)] };
  director.publish(again, { ...web, servers: [testServer(3, 9)] });
  assert.notEqual(indexOf(director, cache), first, "several at once take records of their own");
  assert.deepEqual(recalled(director, cache), [4, 3]);
  assert.deepEqual(recalled(director, cache, OTHER), [3]);
  assert.deepEqual(used(director), [2, 1].sort(), "and left nothing behind");
});

test("when a set was last changed goes with it", () => {
  const { director, cache, web } = remembering();
  const changed = () => {
    const { cacheRoutes } = director.view;
    const entries = Array.from({ length: cacheRoutes.count }, (_, i) => i);
    return entries
      .filter((i) => cacheRoutes.get(i, "count") > 0)
      .map((i) => [cacheRoutes.get(i, "changed"), cacheRoutes.get(i, "used")])
      .sort();
  };
  director.publish({ ...cache }, { ...web });
  assert.deepEqual(changed(), [
    [900, 900],
    [950, 950],
  ]);
});

test("it ends with the scheduler: one that comes back begins with nothing", () => {
  for (const next of ["lblc", "wlc"]) {
    const { director, cache, web } = remembering("lblcr");
    director.publish({ ...cache, scheduler: next }, web);
    director.publish(cache, web);
    assert.equal(recalled(director, cache), undefined, next);
  }
});

test("it ends with the service, whichever service has the record then", () => {
  const { director, cache, web } = remembering();
  director.publish(web);
  assert.deepEqual(used(director), []);
  // What a packet that was under way wrote after the service had gone.
  for (let record = 0; record < director.view.services.count; record++) {
    keepRoute(director.view, record, DESTINATION, [4], 900);
  }
  const another = testService(3, cache.servers, "lblc");
  director.publish(another, web);
  assert.equal(recalled(director, another), undefined);
});

test("a batch that is refused leaves it as it is", () => {
  const { director, cache, web } = remembering();
  const many = Array.from({ length: 200 }, (_, i) => testServer(i + 1));
  assert.throws(() => director.publish({ ...cache, servers: many }, { ...web }), /no room/);
  assert.deepEqual(recallRoute(director.view, 0, DESTINATION, NOW), [4, 3]);
});
