import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { enter } from "../../../src/cli/lab/enter.ts";
import { until } from "../lab.ts";
import type { MailLine } from "./mail-server.ts";

const SERVER = fileURLToPath(new URL("mail-server.ts", import.meta.url));

/** A mail server on a host of the lab, and what it has seen. */
export interface PostOffice {
  readonly mails: readonly NonNullable<MailLine["mail"]>[];
  readonly connected: number;
  readonly closed: number;
  stop(): void;
}

/** Comes back when it listens. Taking the lab down ends it too. */
export async function openPostOffice(
  lab: string,
  host: string,
  address: string,
  ...deaf: "deaf"[]
): Promise<PostOffice> {
  const command = [process.execPath, SERVER, address, "25", ...deaf];
  const [program, ...args] = enter(lab, host, command);
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const mails: NonNullable<MailLine["mail"]>[] = [];
  let [listens, connected, closed] = [false, 0, 0];
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = JSON.parse(text) as MailLine;
    if (line.listens) listens = true;
    if (line.connected) connected++;
    if (line.closed) closed++;
    if (line.mail) mails.push(line.mail);
  });
  await until("the mail server listens", async () => listens);
  return {
    mails,
    get connected() {
      return connected;
    },
    get closed() {
      return closed;
    },
    stop: () => void child.stdin.end(),
  };
}
