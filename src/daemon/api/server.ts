import { chmodSync, mkdirSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { connect } from "node:net";
import { dirname } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { failure, type Result, success } from "../../base/fault.ts";
import { apiApp, type Served } from "./app.ts";

export interface ApiServer {
  close(): Promise<void>;
}

/** Faults: DAEMON_RUNNING. To be asked before anything of the daemon's is touched. */
export async function checkNotServed(path: string): Promise<Result<void>> {
  if (!(await isServed(path))) return success(undefined);
  return failure(
    "DAEMON_RUNNING",
    `A weir daemon is already running at ${path}`,
    "stop it first, or give this one another --name",
  );
}

/**
 * Serves the API on a unix socket that only root may open.
 *
 * Faults: SOCKET_REFUSED.
 */
export async function serveApi(path: string, served: Served): Promise<Result<ApiServer>> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  chmodSync(dirname(path), 0o700);
  rmSync(path, { force: true });
  const server = createAdaptorServer({ fetch: apiApp(served).fetch }) as Server;
  const refused = await listen(server, path);
  if (refused !== undefined) {
    return failure("SOCKET_REFUSED", `Cannot listen at ${path}: ${refused.message}`);
  }
  return success({ close: () => close(server, path) });
}

/** The socket is made with no permission for others from its first instant on. */
function listen(server: Server, path: string): Promise<Error | undefined> {
  const umask = process.umask(0o177);
  return new Promise((resolve) => {
    const finish = (error?: Error) => {
      process.umask(umask);
      if (error === undefined) chmodSync(path, 0o600);
      resolve(error);
    };
    server.once("error", finish);
    server.listen(path, () => finish());
  });
}

function close(server: Server, path: string): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => {
      rmSync(path, { force: true });
      resolve();
    });
  });
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
