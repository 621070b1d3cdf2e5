import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createTransport } from "nodemailer";
import type { Fault } from "../../base/fault.ts";
import type { Mail, Mailer, MailRoute, OpenMailer } from "../mailer.ts";

const WAITING_MAX = 256;
/** Of the time to connect, for all of a mail: a server that answers a byte at a time ends too. */
const WHOLE = 4;
/** Port of SMTP over TLS from the first byte (RFC 8314 section 3.3). */
const SUBMISSIONS = 465;

export const openMailer: OpenMailer = (route, failed) => new SmtpMailer(route, failed);

class SmtpMailer implements Mailer {
  readonly #route: MailRoute;
  readonly #failed: (fault: Fault) => void;
  readonly #waiting: Mail[] = [];
  #sending: Promise<void> | undefined;
  #socket: Socket | undefined;

  constructor(route: MailRoute, failed: (fault: Fault) => void) {
    this.#route = route;
    this.#failed = failed;
  }

  send(mail: Mail): void {
    if (this.#waiting.length >= WAITING_MAX) {
      const wait = `${WAITING_MAX} wait for ${this.#name}`;
      const message = `A mail is not sent ("${mail.subject}"): ${wait}`;
      this.#failed({ code: "MAIL_DROPPED", message, fix: "see what the server is at" });
      return;
    }
    this.#waiting.push(mail);
    this.#sending ??= this.#work();
  }

  async close(patience: number): Promise<void> {
    const patient = new AbortController();
    const timer = sleep(patience / 1000, undefined, { signal: patient.signal }).catch(() => {});
    await Promise.race([this.#sending, timer]);
    patient.abort();
    this.#waiting.length = 0;
    this.#socket?.destroy();
  }

  get #name(): string {
    return `${this.#route.host} port ${this.#route.port}`;
  }

  async #work(): Promise<void> {
    for (let mail = this.#waiting.shift(); mail !== undefined; mail = this.#waiting.shift()) {
      try {
        await this.#deliver(mail);
      } catch (error) {
        const because = error instanceof Error ? error.message : String(error);
        const message = `A mail was not sent ("${mail.subject}") by ${this.#name}: ${because}`;
        const fix = "see smtp_server and notification_email in the configuration";
        this.#failed({ code: "MAIL_FAILED", message, fix });
      }
    }
    this.#sending = undefined;
  }

  /** The connection is our own, so that it can be ended whatever the library waits for. */
  async #deliver({ subject, text }: Mail): Promise<void> {
    const { host, port, helo, from, to, connectTimeout } = this.#route;
    const timeout = Math.ceil(connectTimeout / 1000);
    const late = new Error(`it took longer than ${(timeout * WHOLE) / 1000} s`);
    const limit = setTimeout(() => this.#socket?.destroy(late), timeout * WHOLE);
    try {
      const connection = await this.#connect(timeout);
      const transport = createTransport({
        host,
        port,
        secure: port === SUBMISSIONS,
        ...(helo === undefined ? {} : { name: helo }),
        getSocket: (_options, callback) => callback(null, { connection }),
        greetingTimeout: timeout * WHOLE,
        socketTimeout: timeout * WHOLE,
        // Better to a server whose certificate nobody has signed than in clear (RFC 7435).
        tls: { rejectUnauthorized: false },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      await transport.sendMail({ from, to: [...to], subject, text });
    } finally {
      clearTimeout(limit);
      this.#socket?.destroy();
      this.#socket = undefined;
    }
  }

  #connect(timeout: number): Promise<Socket> {
    const { host, port } = this.#route;
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      this.#socket = socket;
      const late = new Error(`no connection within ${timeout / 1000} s`);
      const limit = setTimeout(() => socket.destroy(late), timeout);
      socket.once("connect", () => {
        clearTimeout(limit);
        resolve(socket);
      });
      // Stays: whatever comes after the end of the library's interest would end the process.
      socket.on("error", (error) => {
        clearTimeout(limit);
        reject(error);
      });
      socket.once("close", () => {
        clearTimeout(limit);
        reject(new Error("the connection was closed"));
      });
    });
  }
}
