import type { Resolver } from "./resolver.ts";

/** This host's own names: /etc/services, and getaddrinfo(3) and getnameinfo(3) for hosts. */
export function systemResolver(servicesFile = "/etc/services"): Resolver {
  let read: Services | undefined;
  const services = () => {
    read ??= parseServices(textOf(servicesFile));
    return read;
  };
  const hosts = new Map<string, Promise<string | undefined>>();
  return {
    addressOf: (host) => firstAddress(host),
    hostOf: (address) => {
      const known = hosts.get(address) ?? hostName(address);
      hosts.set(address, known);
      return known;
    },
    portOf: (service, protocol) => services().ports.get(`${service}/${protocol}`),
    serviceOf: (port, protocol) => services().names.get(`${port}/${protocol}`),
  };
}

export interface Services {
  /** "http/tcp" to 80; aliases too. */
  readonly ports: ReadonlyMap<string, number>;
  /** "80/tcp" to "http". */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * services(5): `name port/protocol aliases`, "#" starts a comment; the first entry of a port wins.
 */
export function parseServices(text: string): Services {
  const ports = new Map<string, number>();
  const names = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [name, portAndProtocol, ...aliases] = line.replace(/#.*/, "").trim().split(/\s+/);
    const [, port, protocol] = portAndProtocol?.match(/^(\d+)\/(\w+)$/) ?? [];
    if (name === undefined || port === undefined || protocol === undefined) continue;
    if (!names.has(`${port}/${protocol}`)) names.set(`${port}/${protocol}`, name);
    for (const known of [name, ...aliases]) {
      const key = `${known}/${protocol}`;
      if (!ports.has(key)) ports.set(key, Number(port));
    }
  }
  return { ports, names };
}

/**
 * A host without the file has no service names: every port is then a number. Most commands name no
 * service, and so they do not load what reads files.
 */
function textOf(file: string): string {
  try {
    return process.getBuiltinModule("node:fs").readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

async function firstAddress(host: string): Promise<string | undefined> {
  try {
    const { lookup } = await import("node:dns/promises");
    return (await lookup(host, { family: 4 })).address;
  } catch {
    return undefined;
  }
}

async function hostName(address: string): Promise<string | undefined> {
  try {
    const { lookupService } = await import("node:dns/promises");
    const { hostname } = await lookupService(address, 0);
    return hostname === address ? undefined : hostname;
  } catch {
    return undefined;
  }
}
