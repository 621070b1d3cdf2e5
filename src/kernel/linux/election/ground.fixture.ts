import { closeSync, openSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { indexOf, ip, testAddon } from "../namespace.fixture.ts";
import { openElectionGround } from "./ground.ts";

/**
 * For tests, the body of a worker: enters the network namespace that it is given, uses each part of
 * the ground once, and tells what came of it.
 */
const CLONE_NEWNET = 0x40000000;
const { namespace, leases } = workerData as { namespace: string; leases: string };

const fd = openSync(namespace, "r");
const entered = testAddon().setns(fd, CLONE_NEWNET);
closeSync(fd);
const opened = openElectionGround(leases);
if (!opened.ok) throw new Error(opened.fault.message);
const ground = opened.value;
const link = indexOf("eth0");
const held = ground.addresses.hold({ link, family: 4, address: "192.168.150.100", prefix: 32 }, 30);
const shown = ip("-4", "address", "show", "dev", "eth0");
const group = "224.0.0.18";
const source = "192.168.150.11";
const socket = ground.openVrrp({ link, family: 4, group, source, ttl: 255, readable() {} });
const sent = socket.ok && socket.value.send(group, Uint8Array.of(0x21, 51, 100, 0));
const framed = ground.sendFrame(link, new Uint8Array(60));
const until = Math.floor(ground.now()) + 2_000_000;
ground.leases.write(7, until);
ground.wakeAt(ground.now() + 1000, () => {
  parentPort!.postMessage({
    entered,
    held: held.ok,
    shown,
    sent: sent !== false && sent.ok,
    framed: framed.ok,
    until,
  });
  if (socket.ok) socket.value.close();
  ground.close();
});
