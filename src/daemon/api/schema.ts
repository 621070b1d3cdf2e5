import { z } from "@hono/zod-openapi";
import type { Operation, Service } from "../../state/rule.ts";

/** What clients send, as the API checks it and its OpenAPI document shows it. */

const port = z.int().min(0).max(65535);
const unsigned32 = z.int().min(0).max(0xffff_ffff);
const seconds = z
  .int()
  .min(0)
  .max(31 * 86400);

/** Whether it is an address at all is the rules' to say, with the words that users know. */
const address = z.string().min(1).max(64);

const serviceId = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("address"),
    protocol: z.enum(["tcp", "udp", "sctp"]),
    address,
    port,
  }),
  z.strictObject({
    kind: z.literal("mark"),
    mark: unsigned32,
    family: z.union([z.literal(4), z.literal(6)]),
  }),
]);

const persistence = z.strictObject({
  seconds,
  mask: z.string().max(15),
});

const serviceOptions = z.strictObject({
  scheduler: z.string().min(1).max(16),
  persistence: persistence.exactOptional(),
  engine: z.string().max(16).exactOptional(),
  onePacket: z.boolean(),
  schedulerFlags: z.int().min(0).max(7),
});

const serverId = z.strictObject({ address, port });

/** IPVS takes more than the 65535 that its manual page names, and so do the tables. */
const threshold = z.int().min(0).max(0x7fff_ffff);

const tunnel = z.strictObject({
  type: z.enum(["ipip", "gre", "gue"]),
  port,
  checksum: z.enum(["nocsum", "csum", "remcsum"]),
});

const serverOptions = z.strictObject({
  method: z.enum(["dr", "tun", "nat"]),
  weight: z.int().min(0).max(0x7fff_ffff),
  upperThreshold: threshold,
  lowerThreshold: threshold,
  tunnel: tunnel.exactOptional(),
});

const service = serviceId;
const server = serverId;

export const operation = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("add-service"), service, options: serviceOptions }),
  z.strictObject({ kind: z.literal("edit-service"), service, options: serviceOptions }),
  z.strictObject({ kind: z.literal("delete-service"), service }),
  z.strictObject({ kind: z.literal("clear") }),
  z.strictObject({ kind: z.literal("add-server"), service, server, options: serverOptions }),
  z.strictObject({ kind: z.literal("edit-server"), service, server, options: serverOptions }),
  z.strictObject({ kind: z.literal("delete-server"), service, server }),
  z.strictObject({
    kind: z.literal("set-timeouts"),
    timeouts: z.strictObject({ tcp: seconds, tcpFin: seconds, udp: seconds }),
  }),
  z.strictObject({ kind: z.literal("zero"), service: service.exactOptional() }),
]) satisfies z.ZodType<Operation>;

/** Services with their servers, as a daemon keeps them for the one after it. */
export const services = z.array(
  serviceOptions.extend({
    id: serviceId,
    servers: z.array(serverOptions.extend(serverId.shape)),
  }),
) satisfies z.ZodType<Service[]>;

/** Rules in one batch; a restore of ten thousand services with a few servers each fits. */
export const OPERATIONS_MAX = 500_000;

export const batch = z
  .strictObject({ operations: z.array(operation).max(OPERATIONS_MAX) })
  .openapi("Batch");

export const fault = z
  .object({
    code: z.string().openapi({ example: "SERVICE_EXISTS" }),
    message: z.string(),
    fix: z.string().optional(),
  })
  .openapi("Fault");

export const refusal = z
  .object({
    operation: z.int().openapi({ description: "Index of the operation that was refused" }),
    fault,
  })
  .openapi("Refusal");

const endpoint = z.object({ address: z.string(), port });

const counters = z
  .object({
    connections: z.string(),
    inPackets: z.string(),
    outPackets: z.string(),
    inBytes: z.string(),
    outBytes: z.string(),
  })
  .openapi("Counters", { description: "64-bit counters, as decimal text" });

const listedServer = serverOptions.extend({
  ...serverId.shape,
  active: z.int(),
  inactive: z.int(),
  persistent: z.int(),
  counters,
  rates: counters,
});

export const listing = z
  .object({
    connectionTableSize: z.int(),
    timeouts: z.object({ tcp: z.int(), tcpFin: z.int(), udp: z.int() }),
    services: z.array(
      serviceOptions.extend({
        id: serviceId,
        servers: z.array(listedServer),
        counters,
        rates: counters,
      }),
    ),
  })
  .openapi("Listing");

export const connection = z
  .object({
    protocol: z.string(),
    expires: z.int(),
    state: z.string(),
    client: endpoint,
    virtual: endpoint,
    destination: endpoint,
  })
  .openapi("Connection");

export const status = z
  .object({
    name: z.string(),
    pid: z.int(),
    resumed: z.boolean(),
    interfaces: z.array(
      z.object({
        name: z.string(),
        mode: z.enum(["native", "generic"]),
        because: z.string().optional(),
      }),
    ),
    connections: z.object({ live: z.int(), capacity: z.int() }),
    reasons: z.record(z.string(), z.string()),
  })
  .openapi("Status");

export type Status = z.infer<typeof status>;
