/** What `weir check --explain` says of findings that are about what a configuration would do. */
export const LINT_EXPLANATIONS = {
  BOTH_MASTER: `The files of two nodes start the same virtual router as MASTER with one priority.
Both claim its addresses until their advertisements cross, and then the higher interface address
decides, which nobody chose (RFC 9568 section 6.4.3). Give one node a lower priority and state
BACKUP.`,
  NOPREEMPT_MASTER: `nopreempt tells a node that comes back to leave the present master alone,
and state MASTER tells it to begin as master. The state wins, so that nopreempt does nothing. Use
state BACKUP on all nodes; the priority alone decides the first election.`,
  PREEMPT_DELAY_MASTER: `preempt_delay is for a node that starts as backup and finds a master of
lower priority. With state MASTER it does nothing.`,
  DUPLICATE_ROUTER_ID: `Two instances of one address family have the same virtual_router_id on
one interface. Each takes the other's advertisements for its own, so that addresses come and go.
An exception are different multicast groups, or unicast peers that do not overlap.`,
  ADDRESS_OUTSIDE_NETWORK: `A virtual address is in none of the networks of the interface that
gets it, as this host is now. Hosts there find it only if a route leads to it. Most often the
address or the interface is mistyped.`,
  INTERFACE_MISSING: `This host has no such interface now. An instance whose interface is missing
is in FAULT until it comes.`,
  PROGRAM_MISSING: `A program that the configuration runs is not there. A check or track script
that cannot be run has failed; a notification does not happen.`,
  PROGRAM_NOT_EXECUTABLE: `A program that the configuration runs may not be executed. Use chmod
+x, or name the interpreter before it.`,
  PROGRAM_WRITABLE: `A program that runs as root, or a folder above it, may be changed by
somebody other than root. Whoever changes it becomes root. With enable_script_security it is not
run.`,
  PROGRAM_USER: `A program is to run as a user or group that this host does not have. It is not
run.`,
  SCRIPT_SECURITY: `The configuration runs programs as root and enable_script_security is not in
global_defs, so that programs which others may change are run too. Add enable_script_security,
and script_user with a user that has no rights.`,
  PASSWORD_CUT: `VRRP version 2 has room for 8 bytes of password (RFC 2338 section 5.3.6.2). The
rest does not count, so that two nodes with different rests take each other's advertisements. It
is no protection either: everybody on the network can read it.`,
  STRICT_LEFT_IN: `vrrp_strict came into many files with the sample that keepalived installs. It
forbids unicast peers, which this configuration has, passwords, and that a virtual address
answers ping on a node that does not own it. Unless you need its rules, take vrrp_strict out.`,
  STRICT_STATE: `With vrrp_strict only the owner of the addresses, with priority 255, may start
as MASTER, and it must (RFC 9568 section 6.4.1).`,
} as const;
