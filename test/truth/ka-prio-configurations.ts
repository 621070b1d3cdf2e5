/** What differs between the configurations of the captures ka-prio.txt and ka-prio2.txt. */
export interface PrioSettings {
  readonly state: "MASTER" | "BACKUP";
  readonly priority: number;
  readonly interval?: string;
  readonly router?: number;
  /** No authentication where it is "". */
  readonly password?: string;
  readonly authType?: "PASS" | "AH";
  readonly addresses?: readonly string[];
  /** Lines in global_defs, before the instance, and in it. */
  readonly globals?: readonly string[];
  readonly before?: readonly string[];
  readonly lines?: readonly string[];
}

/** One instance on eth0, as every section of the captures has it but for a few lines. */
export function prioConfiguration(settings: PrioSettings): string {
  const { state, priority, interval = "1", router = 51, globals = [], before = [] } = settings;
  const { password = "1111", authType = "PASS", lines = [] } = settings;
  const { addresses = ["192.168.150.100/24 dev eth0 label eth0:3"] } = settings;
  const authentication = [
    "authentication {",
    `auth_type ${authType}`,
    `auth_pass ${password}`,
    "}",
  ];
  return [
    "global_defs {",
    ...globals,
    "}",
    ...before,
    "vrrp_instance VI_1 {",
    `state ${state}`,
    "interface eth0",
    `virtual_router_id ${router}`,
    `priority ${priority}`,
    `advert_int ${interval}`,
    ...(password === "" ? [] : authentication),
    ...lines,
    "virtual_ipaddress {",
    ...addresses,
    "}",
    "}",
    "",
  ].join("\n");
}
