import { on } from "./lab.ts";

const SCRIPT = `
const [address, port] = process.argv.slice(1);
const socket = require("node:dgram").createSocket(address.includes(":") ? "udp6" : "udp4");
const end = (word) => { console.log(word); socket.close(); };
socket.on("error", ({ code }) => end(code));
socket.on("message", (message) => end(String(message)));
socket.connect(Number(port), address, () => socket.send("?"));
setTimeout(() => { console.log("silence"); process.exit(); }, 10_000).unref();
`;

/** The error that the client of a lab meets when it sends a datagram where nobody listens. */
export async function refusedDatagram(lab: string, address: string, port: number): Promise<string> {
  const script = [process.execPath, "-e", SCRIPT, "--", address, String(port)];
  return (await on(lab, "client", ...script)).trim();
}
