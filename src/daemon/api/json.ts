import { type Counters, NO_COUNTERS } from "../../state/counters.ts";
import type { Listing } from "../../state/listing.ts";

/** 64-bit counters travel as decimal text: JSON numbers lose what is above 2^53. */
type CounterTexts = Readonly<Record<keyof Counters, string>>;

interface Counted<T> {
  readonly counters: T;
  readonly rates: T;
}

/** A listing as it travels. Whoever has counted nothing shares NO_COUNTERS, here and there. */
export function listingToJson(listing: Listing): string {
  const services = listing.services.map((service) => ({
    ...withTexts(service),
    servers: service.servers.map(withTexts),
  }));
  return JSON.stringify({ ...listing, services });
}

/** The inverse of listingToJson(). */
export function listingFromJson(text: string): Listing {
  const listing = JSON.parse(text);
  for (const service of listing.services) {
    readCounters(service);
    for (const server of service.servers) readCounters(server);
  }
  return listing;
}

function withTexts<T extends Counted<Counters>>(counted: T) {
  return { ...counted, counters: textsOf(counted.counters), rates: textsOf(counted.rates) };
}

/** In place: the value is fresh from JSON.parse(), and nobody else's yet. */
function readCounters(counted: { counters: unknown; rates: unknown }): void {
  counted.counters = countersOf(counted.counters as CounterTexts);
  counted.rates = countersOf(counted.rates as CounterTexts);
}

function textsOf(counters: Counters): CounterTexts {
  return counters === NO_COUNTERS ? NO_TEXTS : eachOf(counters, String);
}

function countersOf(texts: CounterTexts): Counters {
  return KEYS.every((key) => texts[key] === "0") ? NO_COUNTERS : eachOf(texts, BigInt);
}

const KEYS = Object.keys(NO_COUNTERS) as (keyof Counters)[];
const NO_TEXTS: CounterTexts = eachOf(NO_COUNTERS, String);

function eachOf<From, To>(
  of: Readonly<Record<keyof Counters, From>>,
  convert: (value: From) => To,
): Readonly<Record<keyof Counters, To>> {
  return {
    connections: convert(of.connections),
    inPackets: convert(of.inPackets),
    outPackets: convert(of.outPackets),
    inBytes: convert(of.inBytes),
    outBytes: convert(of.outBytes),
  };
}
