/** Servers in memory that do what those of the captures did. */
import type { Behaviour } from "../../src/daemon/health/testing/ground.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

export const OPEN: Behaviour = { kind: "serve", answer: () => undefined };
export const REFUSE: Behaviour = { kind: "refuse" };
export const VANISH: Behaviour = { kind: "vanish" };

export function web(status: number, body = "rs1\n"): Behaviour {
  const bytes = bytesOf(
    `HTTP/1.0 ${status} Reason\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return {
    kind: "serve",
    answer: ({ length }) => (length === 0 ? undefined : { bytes, closes: true }),
  };
}

export function mail(greeting: string): Behaviour {
  const replies = [greeting, "250 hello", "221 bye"];
  return { kind: "serve", answer: ({ length }) => ({ bytes: bytesOf(`${replies[length]}\r\n`) }) };
}

export function names(rcode: number): Behaviour {
  return {
    kind: "serve",
    answer: (sent) => {
      const bytes = Uint8Array.from(sent.at(-1)!);
      bytes[2] = 0x81;
      bytes[3] = 0x80 | rcode;
      return { bytes };
    },
  };
}

export const ECHO: Behaviour = { kind: "serve", answer: (sent) => ({ bytes: sent.at(-1)! }) };
