import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import type { Exchange, ExchangeEvent, ExchangeOrder } from "../../exchange.ts";
import { inNamespace, ip, testAddon } from "../namespace.fixture.ts";
import { CERTIFICATE, KEY } from "./certificate.fixture.ts";
import { linuxExchanges } from "./exchanges.ts";

const PATIENCE_MS = 15_000;
const LONG = 10_000_000;
const exchanges = linuxExchanges(testAddon());

/** What a test has opened: an open exchange would keep its process alive after a failure. */
const opened: Exchange[] = [];
afterEach(() => {
  for (const exchange of opened.splice(0)) exchange.close();
});

type Order = Partial<ExchangeOrder> & Pick<ExchangeOrder, "kind">;

/** An exchange whose events can be waited for, one after the other. */
function open(order: Order): { exchange: Exchange; next(): Promise<ExchangeEvent> } {
  const queue: ExchangeEvent[] = [];
  let told = Promise.withResolvers<void>();
  const whole = { address: "127.0.0.1", port: 0, timeout: LONG, ...order } as ExchangeOrder;
  const exchange = exchanges.open(whole, (event) => {
    queue.push(event);
    told.resolve();
    told = Promise.withResolvers();
  });
  opened.push(exchange);
  equal(queue.length, 0, "nothing is told while opening");
  const next = async () => {
    const limit = setTimeout(() => told.reject(new Error("nothing is told")), PATIENCE_MS);
    while (queue.length === 0) await told.promise;
    clearTimeout(limit);
    return queue.shift()!;
  };
  return { exchange, next };
}

const codeOf = (event: ExchangeEvent) => (event.kind === "failed" ? event.code : event.kind);
const textOf = (event: ExchangeEvent) =>
  event.kind === "data" ? Buffer.from(event.bytes).toString() : codeOf(event);

/** Runs the body in a namespace of its own with a server that treats each connection so. */
async function withServer(
  serve: (socket: Socket) => void,
  body: (port: number) => Promise<void>,
  server: Server = createServer(serve),
): Promise<void> {
  await inNamespace(async () => {
    // What the other end does with a connection that is reset is no business of the test's.
    const sockets: Socket[] = [];
    server.on("connection", (socket) => sockets.push(socket.on("error", () => {})));
    server.listen(0, "::");
    await once(server, "listening");
    try {
      await body((server.address() as AddressInfo).port);
    } finally {
      server.close();
      for (const socket of sockets) socket.destroy();
    }
  });
}

test("TCP: connected, data in both directions, and the end of the other side", async () => {
  const serve = (socket: Socket) => socket.on("data", (bytes) => socket.end(`you said ${bytes}`));
  await withServer(serve, async (port) => {
    for (const address of ["127.0.0.1", "::1"]) {
      const { exchange, next } = open({ kind: "tcp", address, port });
      equal(codeOf(await next()), "connected");
      exchange.send(Buffer.from("good morning"));
      equal(textOf(await next()), "you said good morning");
      equal(codeOf(await next()), "closed");
    }
  });
});

test("TCP: more than the socket holds goes out whole", async () => {
  const total = 8 * 1024 * 1024;
  const serve = (socket: Socket) => {
    let seen = 0;
    socket.on("data", (bytes) => {
      seen += bytes.length;
      if (seen === total) socket.end("all of it");
    });
  };
  await withServer(serve, async (port) => {
    const { exchange, next } = open({ kind: "tcp", port });
    equal(codeOf(await next()), "connected");
    exchange.send(new Uint8Array(total - 4));
    exchange.send(new Uint8Array(4));
    equal(textOf(await next()), "all of it");
    exchange.close();
  });
});

test("TCP: a closed port refuses, a reset is one, and no answer ends with the time", async () => {
  await withServer(
    (socket) => socket.on("data", () => socket.resetAndDestroy()),
    async (port) => {
      const reset = open({ kind: "tcp", port });
      equal(codeOf(await reset.next()), "connected");
      reset.exchange.send(Buffer.from("good morning"));
      equal(codeOf(await reset.next()), "RESET");
      equal(codeOf(await open({ kind: "tcp", port: 1 }).next()), "REFUSED");
      ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
      ip("link", "set", "eth0", "up");
      ip("link", "set", "far", "up");
      ip("address", "add", "192.168.150.11/24", "dev", "eth0");
      const silent = { kind: "tcp", address: "192.168.150.99", port: 80, timeout: 30_000 } as const;
      const failed = await open(silent).next();
      equal(codeOf(failed), "TIMED_OUT");
      match(failed.kind === "failed" ? failed.message : "", /192\.168\.150\.99 port 80/);
      ip("route", "add", "unreachable", "10.1.0.0/16");
      equal(codeOf(await open({ kind: "tcp", address: "10.1.0.1" }).next()), "UNREACHABLE");
      equal(codeOf(await open({ kind: "tcp", address: "10.2.0.1" }).next()), "UNREACHABLE");
    },
  );
});

test("TCP: an endless answer ends where it may not go on", async () => {
  const serve = (socket: Socket) => {
    const more = (error?: Error | null) => {
      if (!error && !socket.destroyed) socket.write(new Uint8Array(10_000), more);
    };
    more();
  };
  await withServer(serve, async (port) => {
    const { next } = open({ kind: "tcp", port, receiveMax: 25_000 });
    equal(codeOf(await next()), "connected");
    let taken = 0;
    let event = await next();
    while (event.kind === "data") {
      taken += event.bytes.length;
      event = await next();
    }
    equal(codeOf(event), "TOO_LONG");
    ok(taken <= 25_000);
  });
});

test("after close() nothing is told, whatever happens", async () => {
  await withServer(
    (socket) => socket.end("late"),
    async (port) => {
      const told: ExchangeEvent[] = [];
      const order = { address: "127.0.0.1", timeout: 20_000 };
      for (const each of [
        { ...order, kind: "tcp", port },
        { ...order, kind: "tcp", port: 1 },
        { ...order, kind: "tcp", port, tls: {} },
        { ...order, kind: "udp", port: 1 },
        { ...order, kind: "ping", port: 0 },
        { ...order, kind: "tcp", port, bindAddress: "10.9.9.9" },
      ] as const) {
        const exchange = exchanges.open(each, (event) => told.push(event));
        exchange.close();
        exchange.close();
        exchange.send(Buffer.from("late"));
      }
      const other = open({ kind: "tcp", port });
      while ((await other.next()).kind !== "closed");
      deepEqual(told, []);
    },
  );
});

test("our own end: address, port, interface and mark are as ordered", async () => {
  const seen: string[] = [];
  const serve = (socket: Socket) => {
    seen.push(`${socket.remoteAddress} ${socket.remotePort}`);
    socket.resume();
  };
  await withServer(serve, async (port) => {
    // The same fixed port again and again: no connection that is over holds it.
    for (let round = 0; round < 3; round++) {
      const bound = { kind: "tcp", port, bindAddress: "127.0.0.5", bindPort: 4455 } as const;
      const { exchange, next } = open(bound);
      equal(codeOf(await next()), "connected");
      exchange.close();
    }
    const by = open({ kind: "tcp", port, bindInterface: "lo" });
    equal(codeOf(await by.next()), "connected");
    ok(seen.slice(0, 3).every((from) => from === "::ffff:127.0.0.5 4455"));
    for (const wrong of [
      { bindAddress: "10.9.9.9" },
      { bindInterface: "no-such-link" },
      { address: "no address" },
    ]) {
      equal(codeOf(await open({ kind: "tcp", port, ...wrong }).next()), "LOCAL");
    }
    // Packets of one mark have no route, and those of another one that nobody answers on.
    ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
    ip("link", "set", "eth0", "up");
    ip("link", "set", "far", "up");
    ip("route", "add", "10.1.0.0/16", "dev", "eth0");
    ip("rule", "add", "fwmark", "7", "unreachable");
    const marked = { kind: "tcp", address: "10.1.0.1", port: 80, timeout: 30_000 } as const;
    equal(codeOf(await open({ ...marked, mark: 7 }).next()), "UNREACHABLE");
    equal(codeOf(await open({ ...marked, mark: 8 }).next()), "TIMED_OUT");
    by.exchange.close();
  });
});

test("TLS: with and without a server name, to a server that nobody trusts", async () => {
  const names: unknown[] = [];
  const options = { cert: CERTIFICATE, key: KEY };
  const server = createTlsServer(options, (socket) => {
    names.push(socket.servername);
    socket.on("data", (bytes) => socket.end(`you said ${bytes}`));
    socket.on("error", () => {});
  });
  await withServer(
    () => {},
    async (port) => {
      for (const tls of [{}, { serverName: "127.0.0.1" }, { serverName: "weir.test" }]) {
        const { exchange, next } = open({ kind: "tcp", port, tls });
        equal(codeOf(await next()), "connected");
        exchange.send(Buffer.from("good morning"));
        equal(textOf(await next()), "you said good morning");
        equal(codeOf(await next()), "closed");
      }
      deepEqual(names, [false, false, "weir.test"]);
    },
    server,
  );
});

test("TLS: a server that speaks something else, hangs up or says nothing has failed", async () => {
  const wrong: [(socket: Socket) => void, string][] = [
    [(socket) => void socket.write("SSH-2.0-OpenSSH\r\n"), "TLS_FAILED"],
    [(socket) => void socket.end(), "TLS_FAILED"],
    [() => {}, "TIMED_OUT"],
  ];
  for (const [serve, code] of wrong) {
    await withServer(serve, async (port) => {
      const timeout = code === "TIMED_OUT" ? 50_000 : LONG;
      const { next } = open({ kind: "tcp", port, tls: {}, timeout });
      equal(codeOf(await next()), code);
    });
  }
});

test("UDP: an answer, and the refusal of a closed port", async () => {
  await inNamespace(async () => {
    const server = createSocket("udp4");
    server.on("message", (bytes, from) => server.send(`you said ${bytes}`, from.port));
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    const { exchange, next } = open({ kind: "udp", port: server.address().port });
    equal(codeOf(await next()), "connected");
    exchange.send(Buffer.from("good morning"));
    equal(textOf(await next()), "you said good morning");
    exchange.close();
    server.close();
    for (const address of ["127.0.0.1", "::1"]) {
      const closed = open({ kind: "udp", address, port: 1 });
      equal(codeOf(await closed.next()), "connected");
      closed.exchange.send(Buffer.from("anybody there"));
      equal(codeOf(await closed.next()), "REFUSED");
    }
  });
});

test("ping: each request has its own reply, for several at once and either family", async () => {
  await inNamespace(async () => {
    const pings = ["127.0.0.1", "127.0.0.1", "::1"].map((address) =>
      open({ kind: "ping", address }),
    );
    for (const { next } of pings) equal(codeOf(await next()), "connected");
    for (const [at, { exchange }] of pings.entries()) exchange.send(Buffer.from(`ping ${at}`));
    for (const [at, { next }] of pings.entries()) equal(textOf(await next()), `ping ${at}`);
    pings[0]!.exchange.send(Buffer.from("again"));
    equal(textOf(await pings[0]!.next()), "again");
    for (const { exchange } of pings) exchange.close();
  });
});

test("ping: a host that is not there is unreachable", async () => {
  await inNamespace(async () => {
    ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
    ip("link", "set", "eth0", "up");
    ip("link", "set", "far", "up");
    ip("address", "add", "192.168.150.11/24", "dev", "eth0");
    const { exchange, next } = open({ kind: "ping", address: "192.168.150.99" });
    equal(codeOf(await next()), "connected");
    exchange.send(Buffer.from("anybody there"));
    equal(codeOf(await next()), "UNREACHABLE");
  });
});
