import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { failure, type Result, success } from "../../base/fault.ts";
import { run, runEach } from "../../kernel/linux/command.ts";
import { isRunning, startDetached } from "../../kernel/linux/process.ts";
import { endpoint } from "../../wire/address.ts";
import type { ElectionFile } from "./election-file.ts";
import { type Command, enter } from "./enter.ts";
import type { LabHost } from "./host.ts";
import {
  CHECKOUT,
  daemonName,
  IPVSADM,
  logPath,
  namespaceOf,
  namespacePath,
  socketPath,
  WEIR,
} from "./names.ts";
import { type LabProcess, type LabRecord, rememberProcess, writeLab } from "./record.ts";
import { GUE_PORT, hostsOf, type Topology } from "./topology.ts";

/** Open files that a web server needs, so that it alone holds the 10,000 connections of a lab. */
const OPEN_FILES = 16_384;
/** Connections that may wait for a web server to take them, half open or whole (listen(2)). */
const BACKLOG = 16_384;
const BACKLOG_LIMITS = ["net.core.somaxconn", "net.ipv4.tcp_max_syn_backlog"];
/** Room in a director's table: a lab's tables need not be as large as a data centre's. */
const CONNECTIONS = 65_536;
const READY_MS = 20_000;
const POLL_MS = 50;
/** Of a log, where a process would not start. */
const LOG_LINES = 5;

/**
 * Makes a host a real server: a web server on every address, and what the method asks of it by
 * Weir's own agent.
 *
 * Faults: PROCESS_REFUSED, NOT_READY, COMMAND_FAILED.
 */
export async function startRealServer(
  record: LabRecord,
  topology: Topology,
  host: LabHost,
): Promise<Result<LabRecord>> {
  const limits = BACKLOG_LIMITS.map((parameter) => `${parameter}=${BACKLOG}`);
  const raised = await runEach([enter(record.name, host.name, ["sysctl", "-q", "-w", ...limits])]);
  if (!raised.ok) return raised;
  const script = `${CHECKOUT}src/cli/lab/http-server.ts`;
  const command = [process.execPath, script, host.address, String(topology.serverPort)];
  const job = enter(record.name, host.name, command);
  const started = await startJob(record, host.name, "http", withOpenFiles(job));
  if (!started.ok) return started;
  const up = [WEIR, "real-server", "up", "--vip", topology.vip, ...agentOptions(topology)];
  const done = await runEach([enter(record.name, host.name, up)]);
  if (!done.ok) return done;

  const port = `sport = :${topology.serverPort}`;
  const listening = enter(record.name, host.name, ["ss", "-Hltn", port]);
  return untilReady(started.value, async () => {
    const [program, ...args] = listening;
    const output = await run(program, args);
    return output.ok && output.value !== "";
  });
}

/** What `weir real-server up` is told beside the VIP. */
function agentOptions(topology: Topology): string[] {
  const director = hostsOf(topology, "director")[0]!;
  switch (topology.method) {
    case "dr":
      return [];
    case "tun": {
      const port = topology.tunnel === "gue" ? ["--port", String(GUE_PORT)] : [];
      return ["--method", "tun", "--director", director.address, ...port];
    }
    case "nat":
      return ["--method", "nat", "--director", director.links.at(-1)!.address];
  }
}

/**
 * Starts the daemon of a director, and waits until it answers. Its interfaces must have their
 * addresses by then. With a file of an election it takes VIP and rules from there.
 *
 * Faults: PROCESS_REFUSED, NOT_READY.
 */
export async function startDaemon(
  record: LabRecord,
  host: string,
  links: readonly string[] = ["eth0"],
  file?: ElectionFile,
): Promise<Result<LabRecord>> {
  const { name } = record;
  const interfaces = links.flatMap((link) => ["--interface", link]);
  const where = ["--netns", namespacePath(name, host), ...interfaces];
  const sizes = ["--connections", String(CONNECTIONS)];
  const words = [...where, ...sizes, ...electionOptions(host, file)];
  const command: Command = [WEIR, "daemon", "--name", daemonName(name, host), ...words];
  const started = await startJob(record, host, "daemon", command);
  if (!started.ok) return started;
  const path = socketPath(name, host);
  return untilReady(started.value, () => accepts(path));
}

function electionOptions(host: string, file: ElectionFile | undefined): string[] {
  if (file === undefined) return [];
  return ["--config", file.path, ...(file.conditional ? ["--config-id", host] : [])];
}

/** The VIP on the director's own interface, where it answers ARP or NDP for it. */
export function addVip(lab: string, host: LabHost, vip: string): Promise<Result<void>> {
  const namespace = namespaceOf(lab, host.name);
  const address = vip.includes(":") ? [`${vip}/128`, "nodad"] : [`${vip}/32`];
  return runEach([["ip", "-n", namespace, "address", "add", ...address, "dev", "eth0"]]);
}

/** The virtual service and its real servers, by the commands that a person would type. */
export function addRules(
  lab: string,
  director: LabHost,
  topology: Topology,
): Promise<Result<void>> {
  const service = endpoint(topology.vip, topology.port);
  const env = ["env", `WEIR_NAME=${daemonName(lab, director.name)}`];
  const command = (...args: string[]) => enter(lab, director.name, [...env, IPVSADM, ...args]);
  return runEach([
    command("-A", "-t", service, "-s", "rr"),
    ...hostsOf(topology, "real server").map(({ address }) =>
      command("-a", "-t", service, ...serverOptions(topology, address)),
    ),
  ]);
}

/** How `ipvsadm` names a real server and the way to it. */
export function serverOptions({ method, port, serverPort, tunnel }: Topology, address: string) {
  if (method === "nat") return ["-r", endpoint(address, serverPort), "-m"];
  const server = ["-r", address.includes(":") ? endpoint(address, port) : address];
  if (method === "dr") return [...server, "-g"];
  if (tunnel === "gre") return [...server, "-i", "--tun-type", "gre"];
  if (tunnel !== "gue") return [...server, "-i"];
  return [...server, "-i", "--tun-type", "gue", "--tun-port", String(GUE_PORT)];
}

/**
 * Node.js takes all the open files that the hard limit allows. Only where that is too little is it
 * raised, since that takes a capability that root has not everywhere (CAP_SYS_RESOURCE).
 */
function withOpenFiles(command: Command): Command {
  const limits = readFileSync("/proc/self/limits", "latin1");
  const hard = /^Max open files +\S+ +(\S+)/m.exec(limits)?.[1];
  if (hard === "unlimited" || Number(hard) >= OPEN_FILES) return command;
  return ["prlimit", `--nofile=${OPEN_FILES}:${OPEN_FILES}`, ...command];
}

interface Started {
  readonly record: LabRecord;
  readonly process: LabProcess;
}

/** Starts a process and writes it down before anything else may fail. */
async function startJob(
  record: LabRecord,
  host: string,
  job: LabProcess["job"],
  [program, ...args]: Command,
): Promise<Result<Started>> {
  const id = await startDetached(program, args, logPath(record.name, host, job));
  if (!id.ok) return id;
  const process: LabProcess = { ...id.value, host, job };
  const remembered = rememberProcess(record, process);
  writeLab(remembered);
  return success({ record: remembered, process });
}

async function untilReady(
  { record, process }: Started,
  isReady: () => Promise<boolean>,
): Promise<Result<LabRecord>> {
  for (let waited = 0; waited < READY_MS; waited += POLL_MS) {
    if (await isReady()) return success(record);
    if (!isRunning(process)) return notReady(record.name, process, "ended");
    await sleep(POLL_MS);
  }
  return notReady(record.name, process, `was not ready within ${READY_MS / 1000} seconds`);
}

/** What a process said last tells why; its log goes with the lab that could not be brought up. */
function notReady(lab: string, { host, job }: LabProcess, what: string): Result<never> {
  const said = tail(logPath(lab, host, job));
  const because = said === "" ? "without a word" : `and said last:\n${said}`;
  return failure("NOT_READY", `The ${job} process of ${host} ${what}, ${because}`);
}

/** Whether somebody takes connections at the socket. */
function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function tail(path: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n");
  } catch {
    return "";
  }
}
