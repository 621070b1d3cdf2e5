import { failure, type Result, success } from "../../base/fault.ts";
import type { Operation } from "../../state/rule.ts";
import * as schema from "./schema.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The operations of a body of `POST /v1/operations`.
 *
 * What schema.ts says decides, and says what is wrong. It takes 4 µs for an operation, though, and
 * a restore brings 30,000 of two or three shapes: those are known here at a glance. Hono's own
 * check is asynchronous, which doubles the time.
 *
 * Faults: BAD_REQUEST.
 */
export function readBatch(type: string | undefined, text: string): Result<readonly Operation[]> {
  if (!/^application\/json\b/i.test(type ?? "")) {
    return failure("BAD_REQUEST", "body: The content type is not application/json");
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return failure("BAD_REQUEST", `body: ${(error as Error).message}`);
  }
  if (isBatch(body)) return success(body.operations);
  const batch = schema.batch.safeParse(body);
  if (batch.success) return success(batch.data.operations);
  const { path, message } = batch.error.issues[0]!;
  return failure("BAD_REQUEST", `${path.map(String).join(".") || "body"}: ${message}`);
}

function isBatch(body: unknown): body is { operations: Operation[] } {
  if (!hasFields(body, 1) || !Array.isArray(body.operations)) return false;
  const { operations } = body;
  return operations.length <= schema.OPERATIONS_MAX && operations.every(isOperation);
}

function isOperation(value: unknown): boolean {
  return isPlainOperation(value) || schema.operation.safeParse(value).success;
}

/** Of a service with an address and of its servers, without what few services have. */
export function isPlainOperation(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { kind, service, server, options } = value as Fields;
  switch (kind) {
    case "add-service":
    case "edit-service":
      return hasFields(value, 3) && isAddress(service) && isServiceOptions(options);
    case "add-server":
    case "edit-server":
      return (
        hasFields(value, 4) && isAddress(service) && isServer(server) && isServerOptions(options)
      );
    default:
      return false;
  }
}

function isAddress(value: unknown): boolean {
  if (!hasFields(value, 4) || value.kind !== "address") return false;
  return (value.protocol === "tcp" || value.protocol === "udp") && isEndpoint(value);
}

function isServer(value: unknown): boolean {
  return hasFields(value, 2) && isEndpoint(value);
}

function isEndpoint({ address, port }: Fields): boolean {
  return isText(address, 64) && isNumber(port, 0xffff);
}

function isServiceOptions(value: unknown): boolean {
  if (!hasFields(value, 3) || typeof value.onePacket !== "boolean") return false;
  return isText(value.scheduler, 16) && isNumber(value.schedulerFlags, 7);
}

function isServerOptions(value: unknown): boolean {
  if (!hasFields(value, 4)) return false;
  const { method, weight, upperThreshold, lowerThreshold } = value;
  if (method !== "dr" && method !== "tun" && method !== "nat") return false;
  return [weight, upperThreshold, lowerThreshold].every((number) => isNumber(number, 0x7fff_ffff));
}

/** An object of exactly so many fields. */
function hasFields(value: unknown, count: number): value is Fields {
  return typeof value === "object" && value !== null && Object.keys(value).length === count;
}

function isText(value: unknown, max: number): boolean {
  return typeof value === "string" && value.length >= 1 && value.length <= max;
}

function isNumber(value: unknown, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
}
