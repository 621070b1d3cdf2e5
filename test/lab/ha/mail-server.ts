/**
 * A mail server: `node mail-server.ts ADDRESS PORT [deaf]`. It writes a line of JSON when it
 * listens, and one for each connection and each mail; a deaf one takes connections and never says
 * a word.
 */
import { createServer } from "node:net";
import { argv, stdin, stdout } from "node:process";
import { SMTPServer } from "smtp-server";

/** What a line says: one of them. */
export interface MailLine {
  readonly listens?: true;
  readonly connected?: true;
  readonly closed?: true;
  readonly mail?: { readonly from: string; readonly to: readonly string[]; readonly text: string };
}

const [, , address, port, deaf] = argv;

function say(line: MailLine): void {
  stdout.write(`${JSON.stringify(line)}\n`);
}

function smtpServer() {
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    onData(stream, { envelope: { mailFrom, rcptTo } }, done) {
      let text = "";
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      stream.on("end", () => {
        const from = mailFrom === false ? "" : mailFrom.address;
        say({ mail: { from, to: rcptTo.map((to) => to.address), text } });
        done();
      });
    },
  });
  // A client that is killed in the middle of a mail.
  smtp.on("error", () => {});
  return smtp.server;
}

const server = deaf === undefined ? smtpServer() : createServer((socket) => socket.resume());
server.on("connection", (socket) => {
  say({ connected: true });
  socket.on("error", () => {}).once("close", () => say({ closed: true }));
});
server.listen(Number(port), address, () => say({ listens: true }));
stdin.resume().once("end", () => process.exit());
