import { deepEqual, equal, match, ok } from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { SMTPServer } from "smtp-server";
import type { Fault } from "../../base/fault.ts";
import type { Mailer, MailRoute } from "../mailer.ts";
import { CERTIFICATE, KEY } from "./exchange/certificate.fixture.ts";
import { openMailer } from "./mail.ts";

const LONG = 10_000_000;

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly helo: string;
  readonly text: string;
}

/** A real SMTP server, and what it has been given. */
async function withSmtp(
  body: (port: number, received: Received[]) => Promise<void>,
  refused = "",
): Promise<void> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    // It offers STARTTLS with a certificate that nobody trusts, as many do.
    cert: CERTIFICATE,
    key: KEY,
    disableReverseLookup: true,
    onRcptTo({ address }, _session, done) {
      done(address === refused ? new Error("no such mailbox") : undefined);
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part) => parts.push(part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          helo: String(session.hostNameAppearsAs),
          text: Buffer.concat(parts).toString(),
        });
        done();
      });
    },
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  try {
    await body((server.server.address() as AddressInfo).port, received);
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

function mailerTo(port: number, faults: Fault[], changed: Partial<MailRoute> = {}): Mailer {
  const route = {
    host: "127.0.0.1",
    port,
    helo: "lb.example",
    from: "weir@lb.example",
    to: ["one@example.org", "two@example.org"],
    connectTimeout: LONG,
  };
  return openMailer({ ...route, ...changed }, (fault) => faults.push(fault));
}

test("mails reach all receivers, whole and in their order", async () => {
  await withSmtp(async (port, received) => {
    const faults: Fault[] = [];
    const mailer = mailerTo(port, faults);
    mailer.send({ subject: "[lb] VRRP Instance VI_1 - Entering MASTER state", text: "first\n" });
    mailer.send({ subject: "[lb] Größe\r\nBcc: somebody@else.example", text: "second\n" });
    await mailer.close(LONG);
    deepEqual(faults, []);
    equal(received.length, 2);
    const [first, second] = received;
    equal(first?.from, "weir@lb.example");
    deepEqual(first?.to, ["one@example.org", "two@example.org"]);
    equal(first?.helo, "lb.example");
    match(first?.text ?? "", /^Subject: \[lb\] VRRP Instance VI_1 - Entering MASTER state\r$/m);
    match(first?.text ?? "", /\r\n\r\nfirst/);
    // A line break in a name does not become another header.
    ok(!/^Bcc:/m.test(second?.text ?? ""));
    deepEqual(second?.to, ["one@example.org", "two@example.org"]);
  });
});

test("what a server refuses is reported with its words, and the next mail goes", async () => {
  await withSmtp(async (port, received) => {
    const faults: Fault[] = [];
    const wrong = mailerTo(port, faults, { to: ["nobody@example.org"] });
    wrong.send({ subject: "to nobody", text: "" });
    wrong.send({ subject: "to nobody either", text: "" });
    await wrong.close(LONG);
    equal(received.length, 0);
    deepEqual(
      faults.map(({ code }) => code),
      ["MAIL_FAILED", "MAIL_FAILED"],
    );
    match(faults[0]?.message ?? "", /"to nobody".*no such mailbox/s);
  }, "nobody@example.org");
});

test("no server there is reported", async () => {
  const faults: Fault[] = [];
  const mailer = mailerTo(1, faults);
  mailer.send({ subject: "to nobody", text: "" });
  await mailer.close(LONG);
  match(faults[0]?.message ?? "", /ECONNREFUSED/);
});

/** A server of another kind, which treats each connection so. */
async function withServer(
  serve: (socket: Socket) => void,
  body: (port: number) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket.on("error", () => {}));
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await body((server.address() as AddressInfo).port).finally(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
}

test("a server that says nothing, or a letter now and then, ends in time", async () => {
  const drip = (socket: Socket) => {
    const timer = setInterval(() => socket.write("2"), 20);
    socket.on("close", () => clearInterval(timer));
  };
  for (const serve of [() => {}, drip]) {
    await withServer(serve, async (port) => {
      const faults: Fault[] = [];
      const mailer = mailerTo(port, faults, { connectTimeout: 50_000 });
      mailer.send({ subject: "first", text: "" });
      mailer.send({ subject: "second", text: "" });
      await mailer.close(LONG);
      deepEqual(
        faults.map(({ code }) => code),
        ["MAIL_FAILED", "MAIL_FAILED"],
      );
      match(faults[1]?.message ?? "", /"second"/);
    });
  }
});

test("while a server hangs mails wait, no more than may, and the end does not wait", async () => {
  await withServer(
    () => {},
    async (port) => {
      const faults: Fault[] = [];
      const mailer = mailerTo(port, faults);
      for (let at = 0; at < 300; at++) mailer.send({ subject: `mail ${at}`, text: "" });
      const dropped = faults.filter(({ code }) => code === "MAIL_DROPPED");
      equal(dropped.length, 300 - 256 - 1, "one is on its way, 256 wait");
      match(dropped[0]?.message ?? "", /"mail 257"/);
      await mailer.close(1000);
    },
  );
});
