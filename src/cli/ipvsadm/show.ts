import type { Director, Listing } from "../../daemon/api/director.ts";
import { serviceName } from "../../state/rule.ts";
import type { Io } from "./io.ts";
import { listConnections } from "./listing/connections.ts";
import { listJson } from "./listing/json.ts";
import { endpointName } from "./listing/names.ts";
import { listAll, listOne } from "./listing/services.ts";
import { listTimeouts } from "./listing/timeouts.ts";
import { type Ending, endingOfDaemon, NO_SUCH_SERVICE } from "./messages.ts";
import type { Request } from "./request.ts";
import { save } from "./save.ts";

export type ShowRequest = Extract<Request, { kind: "list" | "save" }>;

export type Shown =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly ending: Ending };

/** The text of -L and -S. The listing is asked for here unless the caller has one. */
export async function show(
  request: ShowRequest,
  io: Io,
  director: Director,
  known?: Listing,
): Promise<Shown> {
  if (request.kind === "list" && request.subject === "connections") {
    return showConnections(request, io, director);
  }
  const listed = known === undefined ? await director.list() : { ok: true as const, value: known };
  if (!listed.ok) return { ok: false, ending: endingOfDaemon(listed.fault) };
  const listing = listed.value;
  if (request.kind === "save") {
    const name = endpointName(request.numeric, io.resolver);
    return shown(await save(listing.services, name));
  }
  // No sync daemon can run in this version, so that there is none to list.
  if (request.subject === "daemons") return shown(request.style.json ? listJson([]) : "");
  if (request.subject === "timeouts") {
    const { timeouts } = listing;
    return shown(request.style.json ? listJson(timeouts) : listTimeouts(timeouts));
  }
  return showServices(request, io, listing);
}

async function showServices(
  request: Extract<Request, { kind: "list" }>,
  io: Io,
  listing: Listing,
): Promise<Shown> {
  const { style, service: wanted } = request;
  const name = endpointName(style.numeric, io.resolver);
  if (wanted === undefined) {
    return shown(style.json ? listJson(listing) : await listAll(listing, style, name));
  }
  const service = listing.services.find(({ id }) => serviceName(id) === serviceName(wanted));
  if (service === undefined) return { ok: false, ending: NO_SUCH_SERVICE };
  return shown(style.json ? listJson(service) : await listOne(service, style, name));
}

async function showConnections(
  { style, engines }: Extract<Request, { kind: "list" }>,
  io: Io,
  director: Director,
): Promise<Shown> {
  const entries = await director.connections();
  if (!entries.ok) return { ok: false, ending: endingOfDaemon(entries.fault) };
  if (style.json) return shown(listJson(entries.value));
  const name = endpointName(style.numeric, io.resolver);
  return shown(await listConnections(entries.value, engines, name));
}

function shown(text: string): Shown {
  return { ok: true, text };
}
