import type { Order } from "../../daemon/election/order.ts";
import type { ElectionGround, VrrpSocket } from "../../kernel/election-ground.ts";
import type { StartElection } from "../host.ts";

const SECOND = 1_000_000;
const LEASE = 2_500_000;
/** A worse one waits for longer. */
const PATIENCE = 3_000_000;
const SKEW = 4_000;

/**
 * An election that is too simple to be right: whoever hears nobody for a while holds, and lets go
 * only when it hears a higher priority. One byte, the priority, is its message.
 */
export const startToyElection: StartElection = (ground, report) => {
  let socket: VrrpSocket | undefined;
  let priority = 0;
  let slot = 0;
  let next = 0;
  let master = false;
  const patience = () => PATIENCE + (256 - priority) * SKEW;
  const enter = (isMaster: boolean) => {
    if (master === isMaster) return;
    master = isMaster;
    const state = isMaster ? "MASTER" : "BACKUP";
    report({ kind: "state", of: "INSTANCE", name: "toy", state, priority });
  };
  const turn = () => {
    for (let heard = socket?.receive(); heard !== undefined; heard = socket?.receive()) {
      if (heard.message[0]! <= priority) continue;
      if (master) ground.leases.write(slot, 0);
      enter(false);
      next = ground.now() + patience();
    }
    if (ground.now() >= next) {
      enter(true);
      advertise(ground, socket, priority, slot);
      next = ground.now() + SECOND;
    }
    ground.wakeAt(next, turn);
  };
  const configure = (order: Extract<Order, { kind: "configure" }>) => {
    const [instance] = order.instances;
    const placed = instance!.ground;
    socket?.close();
    socket = undefined;
    ({ priority } = instance!.settings);
    if (placed === undefined) return;
    ({ slot } = placed);
    const { link, source } = placed;
    const { family, group } = instance!.settings;
    const opened = ground.openVrrp({ link, family, group, source, ttl: 255, readable: turn });
    if (opened.ok) socket = opened.value;
    next = ground.now() + patience();
    ground.wakeAt(next, turn);
  };
  return {
    order: (order) => {
      if (order.kind === "configure") configure(order);
      else report({ kind: "stopped" });
    },
  };
};

function advertise(
  ground: ElectionGround,
  socket: VrrpSocket | undefined,
  priority: number,
  slot: number,
): void {
  const at = ground.now();
  const sent = socket?.send("224.0.0.18", Uint8Array.of(priority));
  if (sent?.ok) ground.leases.write(slot, at + LEASE);
}
