import type { IncomingMessage } from "node:http";
import { type Fault, failure, type Result, success } from "../../base/fault.ts";
import type { Operation } from "../../state/rule.ts";
import type { Availability, ChangePlan, InstanceCounts } from "./availability.ts";
import type { Configuration, ListedMark, MarkOperation, Setting } from "./configuration.ts";
import type { Applied, ConnectionEntry, Director, Listing } from "./director.ts";
import { listingFromJson } from "./json.ts";
import type { Status } from "./schema.ts";

// Not by `import`, which reads every export of a module of Node.js, and so loads what is behind
// each: a whole client for fetch(). Every `ipvsadm` would wait for it.
const { request } = process.getBuiltinModule("node:http");
const { connect } = process.getBuiltinModule("node:net");

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The director behind a daemon's socket. */
export class DirectorClient implements Director, Configuration, Availability {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async apply(operations: readonly Operation[]): Promise<Applied> {
    return this.#change("/v1/operations", operations);
  }

  async list(): Promise<Result<Listing>> {
    return this.#read("/v1/listing", listingFromJson);
  }

  async connections(): Promise<Result<readonly ConnectionEntry[]>> {
    return this.#read("/v1/connections", (text) =>
      text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as ConnectionEntry),
    );
  }

  async status(): Promise<Result<Status>> {
    return this.#read("/v1/status", (text) => JSON.parse(text) as Status);
  }

  async settings(): Promise<Result<readonly Setting[]>> {
    return this.#read("/v1/settings", (text) => JSON.parse(text).settings);
  }

  async setting(name: string): Promise<Result<Setting>> {
    return this.#read(`/v1/settings/${encodeURIComponent(name)}`, (text) => JSON.parse(text));
  }

  async changeSettings(settings: Readonly<Record<string, string>>): Promise<Result<void>> {
    const answer = await this.#ask("PATCH", "/v1/settings", JSON.stringify({ settings }));
    if (!answer.ok) return answer;
    if (answer.value.status === 204) return success(undefined);
    return { ok: false, fault: JSON.parse(answer.value.text) as Fault };
  }

  async marks(): Promise<Result<readonly ListedMark[]>> {
    return this.#read("/v1/marks", (text) => JSON.parse(text).marks);
  }

  async changeMarks(operations: readonly MarkOperation[]): Promise<Applied> {
    return this.#change("/v1/marks", operations);
  }

  async plan(path?: string): Promise<Result<ChangePlan>> {
    return this.#order("/v1/plan", path === undefined ? {} : { path });
  }

  async reload(): Promise<Result<ChangePlan>> {
    return this.#order("/v1/reload", {});
  }

  async instances(): Promise<Result<readonly InstanceCounts[]>> {
    return this.#read("/v1/instances", (text) => JSON.parse(text).instances);
  }

  async #order<T>(path: string, body: object): Promise<Result<T>> {
    const answer = await this.#ask("POST", path, JSON.stringify(body));
    if (!answer.ok) return answer;
    const { status, text } = answer.value;
    if (status === 200) return success(JSON.parse(text) as T);
    return { ok: false, fault: JSON.parse(text) as Fault };
  }

  async #change(path: string, operations: readonly unknown[]): Promise<Applied> {
    const answer = await this.#ask("POST", path, JSON.stringify({ operations }));
    if (!answer.ok) return { ok: false, operation: 0, fault: answer.fault };
    const { status, text } = answer.value;
    if (status === 204) return { ok: true };
    if (status === 409) {
      const refused = JSON.parse(text) as { operation: number; fault: Fault };
      return { ok: false, ...refused };
    }
    return { ok: false, operation: 0, fault: JSON.parse(text) as Fault };
  }

  async #read<T>(path: string, parse: (text: string) => T): Promise<Result<T>> {
    const answer = await this.#ask("GET", path);
    if (!answer.ok) return answer;
    if (answer.value.status === 200) return success(parse(answer.value.text));
    return { ok: false, fault: JSON.parse(answer.value.text) as Fault };
  }

  /** Faults: NO_DAEMON, NO_PERMISSION, DAEMON_GONE. */
  #ask(method: string, path: string, body?: string): Promise<Result<Answer>> {
    return new Promise((resolve) => {
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      // A connection of its own needs no agent, which looks among others for names in certificates.
      const createConnection = () => connect(this.#path);
      const asked = request({ createConnection, method, path, headers }, (response) => {
        readAll(response).then(
          (text) => resolve(success({ status: response.statusCode ?? 0, text })),
          (error: NodeJS.ErrnoException) => resolve(explain(this.#path, error)),
        );
      });
      asked.on("error", (error: NodeJS.ErrnoException) => resolve(explain(this.#path, error)));
      asked.end(body);
    });
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function explain(path: string, error: NodeJS.ErrnoException): { ok: false; fault: Fault } {
  if (error.code === "EACCES") {
    return failure("NO_PERMISSION", `Only root may speak to the daemon at ${path}`, "become root");
  }
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") {
    const fix = "start it with: weir daemon";
    return failure("NO_DAEMON", `No weir daemon is running at ${path}`, fix);
  }
  const what = `The daemon at ${path} broke off: ${error.message}`;
  return failure("DAEMON_GONE", what, "look at its log, then try again");
}
