import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { failure, type Result, success } from "../../base/fault.ts";
import { makePrivateFolder } from "../../kernel/linux/private-file.ts";
import { LAB_FOLDER } from "./names.ts";
import { hostsOf, type Topology } from "./topology.ts";

/** The line of a configuration that only some hosts read: "@node01 priority 100". */
const CONDITION = /^\s*@\^?\w/m;

/** What a director's daemon is started with. */
export interface ElectionFile {
  readonly path: string;
  /** Whether it has lines for some hosts only, so that its reader must know which it is. */
  readonly conditional: boolean;
}

/** By the name of the director. */
export type ElectionFiles = ReadonlyMap<string, ElectionFile>;

/**
 * The configuration file of each director: one file for all where it has conditions like "@node01";
 * otherwise the first director has the file as it stands, and the others a copy that makes them the
 * backup. Without a file of the caller's it is the lecture's own.
 *
 * Faults: NO_CONFIGURATION where the file cannot be read.
 */
export function electionFiles(
  lab: string,
  topology: Topology,
  given: string | undefined,
): Result<ElectionFiles> {
  const [first, ...others] = hostsOf(topology, "director").map(({ name }) => name);
  const text = given === undefined ? success(lectureConfiguration(topology)) : read(given);
  if (!text.ok) return text;
  makePrivateFolder(LAB_FOLDER);
  const conditional = CONDITION.test(text.value);
  const own = (host: string, content: string): ElectionFile => {
    const path = `${LAB_FOLDER}/${lab}.${host}.keepalived.conf`;
    writeFileSync(path, content, { mode: 0o600 });
    return { path, conditional };
  };
  const whole =
    given === undefined ? own(first!, text.value) : { path: resolve(given), conditional };
  const files = new Map([[first!, whole]]);
  for (const host of others) {
    files.set(host, conditional ? whole : own(host, asBackup(text.value)));
  }
  return success(files);
}

function read(path: string): Result<string> {
  try {
    return success(readFileSync(path, "utf8"));
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return failure("NO_CONFIGURATION", `Cannot read the configuration "${path}": ${because}`);
  }
}

/** The same configuration for a backup, as the lecture makes it: half the master's priority. */
function asBackup(text: string): string {
  return text
    .replaceAll(/^(\s*state\s+)MASTER\b/gm, "$1BACKUP")
    .replaceAll(
      /^(\s*priority\s+)(\d+)/gm,
      (_, word: string, priority: string) => `${word}${Math.max(1, Math.floor(+priority / 2))}`,
    );
}

/**
 * The lecture's keepalived.conf, adapted to the lab in its addresses and its interface alone. IPv6
 * has VRRP version 3 without a password (RFC 9568 section 1.2), and a link-local address first
 * (section 5.2.9).
 */
function lectureConfiguration(topology: Topology): string {
  const { vip, port } = topology;
  const six = vip.includes(":");
  const servers = hostsOf(topology, "real server").map(({ address }) => address);
  return `! Configuration File for keepalived

global_defs {
    notification_email {
        acassen@firewall.loc
        failover@firewall.loc
        sysadmin@firewall.loc
    }
    notification_email_from Alexandre.Cassen@firewall.loc
    smtp_server 192.168.200.1
    smtp_connect_timeout 30
    router_id LVS_DEVEL${six ? "\n    vrrp_version 3" : ""}
}

vrrp_instance VI_1 {
    state MASTER
    interface eth0
    virtual_router_id 51
    priority 100
    advert_int 1${six ? "" : PASSWORD}

    virtual_ipaddress {${six ? "\n        fe80::100/64 dev eth0" : ""}
        ${six ? `${vip}/64 dev eth0` : `${vip}/24 dev eth0 label eth0:3`}
    }
}

virtual_server ${vip} ${port} {
    delay_loop 5
    lb_algo rr
    lb_kind DR${six ? "" : "\n    nat_mask 255.255.255.0"}
    persistence_timeout 0
    protocol TCP
${servers.map((address) => realServer(address, port)).join("")}}
`;
}

const PASSWORD = `
    authentication {
        auth_type PASS
        auth_pass 1111
    }`;

function realServer(address: string, port: number): string {
  return `
    real_server ${address} ${port} {
        weight 1
        HTTP_GET {
            url {
                path /
                status_code 200
            }
            connect_timeout 5
            nb_get_retry 2
            delay_before_retry 3
        }
    }
`;
}
