/**
 * Why each finding of reading a configuration is one: for `weir check --explain CODE`. What a
 * finding says of its own place is in its message and its cure.
 */
export const READ_EXPLANATIONS = {
  ADDRESS_FAMILY:
    "All addresses that an instance advertises are of one family, which is that of the first " +
    "address in its block: an advertisement is an IPv4 or an IPv6 packet and carries " +
    "addresses of its own family. Addresses of the other one may stand in " +
    "virtual_ipaddress_excluded, where they are held without being advertised, or in a second " +
    "instance.",
  ADDRESS_OPTION:
    "Of what may follow an address, Weir carries out brd, dev, scope, label and no_track. " +
    "Everything else is read and has no effect. Virtual IPv6 addresses are deprecated, whatever " +
    "preferred_lft says, and IPv6 addresses are usable at once, without the detection of " +
    "duplicates that -nodad would switch on.",
  ADVERT_INTERVAL:
    "An advertisement carries its interval: version 2 in whole seconds, version 3 in " +
    "hundredths of a second up to 40.95 s. Another number becomes the nearest that can be " +
    "carried, as all routers of a virtual router must agree on it.",
  AUTHENTICATION_IGNORED:
    "Only VRRP version 2 has authentication, and of its kinds only the simple password " +
    "(auth_type PASS) is spoken here. RFC 3768 removed it, strict mode forbids it, and " +
    "version 3 has no field for it. A router that expects a password drops advertisements " +
    "that have none, so that two masters may be the result.",
  CHECK_WITHOUT_PORT:
    "A check talks to the port of its real server. A real server behind a firewall mark or a " +
    "service of all ports may have none, and then only connect_port can say where to go.",
  CHECK_WITHOUT_PROGRAM:
    "MISC_CHECK runs the program of misc_path, and its exit status says whether the server is fit.",
  CHECK_WITHOUT_URL:
    "HTTP_GET and SSL_GET ask for the url blocks that they have, one after another. Without " +
    "one there is nothing to ask for.",
  DUPLICATE_NAME:
    "Blocks of one kind are told apart by their names. The first block of a name counts, and " +
    "another is left out whole.",
  DUPLICATE_SERVER:
    "A service has an address and port once among its servers. The first real_server counts; " +
    "to send it more, raise its weight.",
  DUPLICATE_VIRTUAL_SERVER:
    "IPVS has one service for an address, port and protocol, or for a firewall mark. The " +
    "second virtual_server of the same can add nothing to it.",
  HYSTERESIS:
    "A quorum is gained at quorum plus hysteresis and lost below quorum less hysteresis. A " +
    "hysteresis that is not less than the quorum would never let it be lost.",
  INSTANCE_INCOMPLETE:
    "A virtual router is known by its number on a link: without virtual_router_id or " +
    "interface there is nobody to speak for.",
  INSTANCE_IN_TWO_GROUPS:
    "Members of a sync group change their state together. An instance in two groups would " +
    "have to follow both.",
  INSTANCE_WITHOUT_ADDRESS:
    "An instance elects a master for its virtual addresses. Without any the election goes on, " +
    "and the master holds nothing.",
  LABEL_TOO_LONG:
    "The kernel keeps 15 bytes of an address's label. keepalived leaves out an address whose " +
    "label is longer, and so does Weir.",
  METHOD_MISSING:
    "DR, NAT and TUN ask different things of the real servers and of the network, so that the " +
    "default, NAT, is seldom right where no method is written.",
  NO_SUCH_FILE: "track_file and FILE_CHECK name a file by the name of its track_file block.",
  NO_SUCH_GROUP:
    "virtual_server group NAME takes its addresses from the virtual_server_group of this name.",
  NO_SUCH_INSTANCE: "The members of a sync group are vrrp_instance blocks, by name.",
  NO_SUCH_PROCESS: "track_process names processes by the name of their vrrp_track_process block.",
  NO_SUCH_SCRIPT: "track_script names a script by the name of its vrrp_script block.",
  OPS_WITHOUT_UDP:
    "One-packet scheduling chooses a server for each packet alone. That breaks every protocol " +
    "with connections, so that IPVS has it for UDP only.",
  PORTLESS:
    "A service of port 0 takes all ports of its address. IPVS has such services for " +
    "persistent clients only, because ports that belong together must meet one server.",
  PROCESS_MISSING: "A vrrp_track_process counts the processes that its line `process` names.",
  PROTOCOL_MISSING:
    "A service belongs to a protocol. keepalived takes UDP where none is written, which is " +
    "seldom what is meant; Weir does the same, so that a file means the same with both.",
  QUORUM_OUT_OF_REACH:
    "The quorum is the weight of fit servers that a virtual server needs. Where it is more " +
    "than all of them have together it could never be reached, so that it becomes that sum.",
  RANGE_TOO_LARGE:
    "Every address of a range becomes a service with all real servers. A firewall mark does " +
    "the same for any number of addresses with one service (see weir mark).",
  REGEX_DIALECT:
    "keepalived looks through a page with PCRE2, Weir with JavaScript's regular expressions. " +
    "What both read and understand differently, such as [[:alpha:]], \\A or \\Q, would find " +
    "something else, so that Weir does not look for it: a check with such an expression fails.",
  REGEX_OPTION:
    "The options of PCRE2 that JavaScript's regular expressions can do without, or have too, are " +
    "taken. With another one a page would be looked through in another way than the file says, " +
    "so that the check fails.",
  REGEX_SYNTAX:
    "keepalived looks through a page with PCRE2, Weir with JavaScript's regular expressions. " +
    "These have no possessive quantifiers (a++), atomic groups, recursion, conditions and verbs, " +
    "and write a named group as (?<name>a). A check whose expression cannot be read fails.",
  ROUTE:
    "Routes are written as for ip-route(8), a part of it. A route with words beyond that part " +
    "would be another route than the one that is written, so that it is left out.",
  SCHEDULER_FLAG:
    "The flags sh-port, sh-fallback, mh-port and mh-fallback are for the schedulers of their " +
    "names. Another scheduler would give their bits another meaning.",
  SCHEDULER_MISSING:
    "The scheduler chooses the server of a new connection. Where none is written it is wlc, as " +
    "with keepalived.",
  SCRIPT_MISSING: "A vrrp_script runs the program that its line `script` names.",
  SERVER_FAMILY:
    "NAT and DR send a packet on as it is, so that its server is of the family of its " +
    "service. Only a tunnel wraps it into a packet of another family.",
  SERVER_PORT:
    "DR and TUN leave the packet as the client has sent it, port included. The server must " +
    "listen on the service's port; checks still go to the port that is written.",
  SERVER_WITHOUT_PORT:
    "A real server without a port is sent packets on the port of its service. Writing it " +
    "makes that plain.",
  SHELL_WORDS:
    "Programs are run without a shell, with the words of the line as their arguments. A pipe, " +
    "a list or a redirection is an argument like any other then, and the exit status is that " +
    "of the first program: `killall -0 a || killall -0 b` says nothing of b.",
  SMALL_GROUP:
    "A sync group makes instances change their state together. With one member or none it " +
    "does nothing.",
  TOO_MANY_ADDRESSES:
    "The number of addresses in an advertisement is one byte. Those after the 255th are held " +
    "by the master without being advertised.",
  TRACK_FILE_MISSING: "A track_file reads its number from the file that its line `file` names.",
  UNICAST_WITHOUT_PEERS:
    "Unicast advertisements go to the addresses of unicast_peer, one by one. Without any, " +
    "keepalived goes on with multicast, which the network may not carry, and so does Weir.",
  URL_WITHOUT_PATH: "A url block is asked for by its path; `path /` is the whole server's own.",
  VERSION_2_IPV6:
    "VRRP version 2 (RFC 3768) is for IPv4. Version 3 (RFC 9568) has brought IPv6, and " +
    "routers that speak different versions do not hear each other.",
  VIRTUAL_SERVER_WITHOUT_SERVERS:
    "A virtual server sends packets to its real servers. keepalived leaves out one that has " +
    "none; real servers whose address or port is wrong do not count.",
  WEIGHT_IN_GROUP:
    "A weight changes the priority of one instance, and members of a sync group with " +
    "different priorities would pull it apart. Track in the group, where the weight counts " +
    "for all members, or set sync_group_tracking_weight.",
} as const;
