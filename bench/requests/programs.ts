import { HAPROXY, NGINX, NGINX_STREAM } from "./packages.ts";

/**
 * A program with its configuration in a folder of the bench, started as no service of the system.
 */
export interface ProgramPlan {
  readonly file: string;
  readonly text: string;
  command(folder: string): readonly string[];
}

export interface Upstream {
  readonly address: string;
  readonly port: number;
}

/**
 * A web server that answers everything at once with few bytes, so that little of the time is its.
 */
export function webServer(name: string, { address, port }: Upstream): ProgramPlan {
  const text = `
    ${nginxMain(name)}
    worker_processes 1;
    http {
      access_log off;
      keepalive_requests 1000000000;
      ${temporaryFiles(name)}
      server {
        listen 0.0.0.0:${port} backlog=4096;
        location / { return 200 "from ${address}\\n"; }
      }
    }
  `;
  return nginx(`${name}.conf`, text);
}

/** nginx as a layer-4 proxy. */
export function nginxProxy(port: number, servers: readonly Upstream[]): ProgramPlan {
  const text = `
    load_module ${NGINX_STREAM};
    ${nginxMain("stream")}
    worker_processes auto;
    stream {
      upstream servers { ${servers.map((s) => `server ${s.address}:${s.port};`).join(" ")} }
      server { listen 0.0.0.0:${port} backlog=4096; proxy_pass servers; }
    }
  `;
  return nginx("stream.conf", text);
}

/** haproxy as a layer-4 proxy; without a word about threads it has one a CPU. */
export function haproxyProxy(port: number, servers: readonly Upstream[]): ProgramPlan {
  const lines = [
    "defaults",
    "  mode tcp",
    "  timeout connect 5s",
    "  timeout client 60s",
    "  timeout server 60s",
    "listen requests",
    `  bind 0.0.0.0:${port} backlog 4096`,
    "  balance roundrobin",
    ...servers.map((s, index) => `  server s${index} ${s.address}:${s.port}`),
  ];
  return {
    file: "haproxy.cfg",
    text: `${lines.join("\n")}\n`,
    command: (folder) => [HAPROXY, "-db", "-f", `${folder}/haproxy.cfg`],
  };
}

function nginx(file: string, text: string): ProgramPlan {
  const command = (folder: string) => [
    NGINX,
    "-p",
    folder,
    "-c",
    `${folder}/${file}`,
    "-e",
    `${folder}/${file}.errors`,
  ];
  return { file, text, command };
}

function nginxMain(name: string): string {
  const lines = ["daemon off;", `pid ${name}.pid;`, "user root;", "worker_rlimit_nofile 16384;"];
  return `${lines.join(" ")} events { worker_connections 4096; }`;
}

/** Where it would keep large bodies, which never come: the folders are made at the start. */
function temporaryFiles(name: string): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return kinds.map((kind) => `${kind}_temp_path ${name}.${kind};`).join(" ");
}
