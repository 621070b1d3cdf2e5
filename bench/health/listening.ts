/** Real servers for the checks: takes connections on every local address, and says "listening". */
import { createServer } from "node:net";
import { PORT } from "./settings.ts";

const BACKLOG = 4096;

createServer((socket) => socket.on("error", () => {}).resume()).listen(
  { port: PORT, host: "0.0.0.0", backlog: BACKLOG },
  () => process.stdout.write("listening\n"),
);
