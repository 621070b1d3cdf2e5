import { ADDRESS, ANY_PORT, NAME, PORT, SWITCH } from "./arguments.ts";
import { ALPHA, CONNECT_TIMEOUT, INHERITED, PROGRAM, SMTP_ALERT } from "./common.ts";
import { type Block, type Keyword, later, type Options, opening, word } from "./keyword.ts";
import { choice, choiceAnyCase, integer, optional, pattern } from "./values.ts";

const SCHEDULERS = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf"];
const SCHEDULER = choice(...SCHEDULERS, "sed", "nq", "twos");
const METHOD = choice("NAT", "DR", "TUN");
/** What may follow TUN. */
const TUNNEL: Options = {
  type: [choice("ipip", "gue", "gre")],
  port: [PORT],
  nocsum: [],
  csum: [],
  remcsum: [],
};
const WEIGHT = word("weight", "Share of the load.", integer(0, 0x7fff_ffff));
const VIRTUALHOST = word("virtualhost", "Host header of HTTP_GET and SSL_GET.", NAME);
const SNMP_NAME = later("snmp_name", "Name in SNMP.", NAME);
const INHIBIT = word("inhibit_on_failure", "An unfit server has weight 0 and stays.", SWITCH);
const NETMASK = pattern(/^(?:\d{1,3}(?:\.\d{1,3}){3}|\d{1,3})$/, "a netmask, or a length for IPv6");

const FLAGS: readonly Keyword[] = [
  word("hashed", "Old word that nothing heeds."),
  word("ops", "Each packet is scheduled by itself; for UDP."),
  word("flag-1", "First flag of the scheduler."),
  word("flag-2", "Second flag of the scheduler."),
  word("flag-3", "Third flag of the scheduler."),
  word("sh-port", "sh hashes the port too."),
  word("sh-fallback", "sh takes another server for one that is not available."),
  word("mh-port", "mh hashes the port too."),
  word("mh-fallback", "mh takes another server for one that is not available."),
];

export const VIRTUAL_SERVER_BLOCKS: readonly Block[] = [
  {
    name: "virtual_server",
    words: [
      word("ip_family", "Family of a service by mark.", choice("inet", "inet6")),
      ...INHERITED,
      CONNECT_TIMEOUT,
      INHIBIT,
      word("lb_algo", "The scheduler.", SCHEDULER),
      word("lvs_sched", "The scheduler.", SCHEDULER),
      ...FLAGS,
      { ...word("lb_kind", "How packets get to servers.", METHOD), options: TUNNEL },
      { ...word("lvs_method", "How packets get to servers.", METHOD), options: TUNNEL },
      word("persistence_engine", "What clients are known by besides addresses.", NAME),
      word(
        "persistence_timeout",
        "Seconds that a client stays with a server.",
        optional(integer(1, 2_678_400)),
      ),
      word("persistence_granularity", "Mask of clients that stay together.", NETMASK),
      word("protocol", "TCP, UDP or SCTP.", choiceAnyCase("TCP", "UDP", "SCTP")),
      word("ha_suspend", "No checks while this node does not hold the address."),
      SMTP_ALERT,
      VIRTUALHOST,
      SNMP_NAME,
      ALPHA,
      word("omega", "Programs for down are run at the stop."),
      word("quorum_up", "Program to run when the quorum is reached.", ...PROGRAM),
      word("quorum_down", "Program to run when it is lost.", ...PROGRAM),
      word("quorum", "Weights of fit servers that it needs.", integer(1)),
      word("hysteresis", "Weights around the quorum that change nothing.", integer()),
      WEIGHT,
      word("sorry_server", "Server for when the quorum is lost.", ADDRESS, optional(ANY_PORT)),
      word("sorry_server_inhibit", "It has weight 0 rather than being removed."),
      { ...word("sorry_server_lvs_method", "How packets get to it.", METHOD), options: TUNNEL },
      opening(word("real_server", "A server.", ADDRESS, optional(ANY_PORT))),
    ],
  },
  {
    name: "real_server",
    words: [
      WEIGHT,
      { ...word("lvs_method", "How packets get to it.", METHOD), options: TUNNEL },
      word("uthreshold", "Connections from which it gets no more.", integer()),
      word("lthreshold", "Connections below which it gets some again.", integer()),
      INHIBIT,
      word("notify_up", "Program to run when it is fit again.", ...PROGRAM),
      word("notify_down", "Program to run when it is unfit.", ...PROGRAM),
      ALPHA,
      ...INHERITED,
      CONNECT_TIMEOUT,
      SMTP_ALERT,
      VIRTUALHOST,
      SNMP_NAME,
      opening(word("TCP_CHECK", "A connection can be made.")),
      opening(word("HTTP_GET", "A page can be had."), "HTTP_GET"),
      opening(word("SSL_GET", "A page can be had over TLS."), "HTTP_GET"),
      opening(word("SMTP_CHECK", "A mail server answers.")),
      opening(word("DNS_CHECK", "A name server answers.")),
      opening(word("MISC_CHECK", "A program succeeds.")),
      opening(word("UDP_CHECK", "A datagram is answered, or not refused.")),
      opening(word("PING_CHECK", "An echo request is answered.")),
      opening(word("FILE_CHECK", "The number in a file is added to the weight.")),
      opening(later("BFD_CHECK", "A BFD session is up.")),
    ],
  },
];
