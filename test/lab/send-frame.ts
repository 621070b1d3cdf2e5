/**
 * Sends one frame as it is: `node send-frame.ts INTERFACE HEX`, on the interface of the network
 * namespace that it is started in (packet(7)).
 */
import { argv } from "node:process";
import { addon } from "../../src/kernel/linux/addon.ts";
import { readInterfaces } from "../../src/kernel/linux/interface.ts";

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCKADDR_LL_BYTES = 20;

const [link, hex] = argv.slice(2);
const native = addon();
const interfaces = await readInterfaces();
if (!native.ok || !interfaces.ok) throw new Error("no addon, or no interfaces");
const address = new DataView(new ArrayBuffer(SOCKADDR_LL_BYTES));
address.setUint16(0, AF_PACKET, true);
address.setInt32(4, interfaces.value.find(({ name }) => name === link)!.index, true);
const fd = native.value.socket(AF_PACKET, SOCK_RAW, 0);
const sent = native.value.sendto(fd, Buffer.from(hex!, "hex"), 0, new Uint8Array(address.buffer));
native.value.close(fd);
if (sent < 0) throw new Error(`sendto: ${sent}`);
