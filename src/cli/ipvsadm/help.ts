/** The first words are the ones by which programs tell which ipvsadm they have. */
export const VERSION_TEXT = "ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)\n";

export const HELP_TEXT = `ipvsadm: virtual services and their real servers, kept by Weir

Usage: ipvsadm COMMAND [OPTION]...

Services:
  -A, --add-service SERVICE      add a virtual service
  -E, --edit-service SERVICE     change it; what is not named returns to its default
  -D, --delete-service SERVICE   delete it with its real servers
  -C, --clear                    delete all services
Real servers:
  -a, --add-server SERVICE -r HOST[:PORT]      add a real server
  -e, --edit-server SERVICE -r HOST[:PORT]     change it
  -d, --delete-server SERVICE -r HOST[:PORT]   delete it
Looking and keeping:
  -L, -l, --list [SERVICE]       list the rules; also what ipvsadm alone does
  -Z, --zero [SERVICE]           set counters to zero
  -S, --save [-n]                print the rules as lines that -R reads
  -R, --restore                  read such lines from standard input: all of them or none
  --set TCP TCPFIN UDP           set timeouts in seconds, 0 keeps one as it is
  --start-daemon master|backup, --stop-daemon master|backup
  -h, --help; -v, --version

SERVICE is one of:
  -t, --tcp-service HOST:PORT    -u, --udp-service HOST:PORT    --sctp-service HOST:PORT
  -f, --fwmark-service MARK      then -6 if it is IPv6
  Names of hosts and ports are understood; IPv6 is written [2001:db8::1]:80.

Options of a service:
  -s, --scheduler NAME           rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh twos (wlc)
  -p, --persistent [SECONDS]     send a client to the same server (360 seconds)
  -M, --netmask MASK             count these bits of a client's address, for -p
  -o, --ops                      schedule each datagram alone
  -b, --sched-flags LIST         sh-fallback,sh-port,mh-fallback,mh-port,flag-1,flag-2,flag-3
  --pe NAME                      persistence engine: sip
Options of a real server:
  -g, --gatewaying (default)     -i, --ipip (tunnel)            -m, --masquerading (NAT)
  -w, --weight NUMBER            share of the connections, 0 for no new ones (1)
  -x, --u-threshold NUMBER       no new connections from here on (0: no limit)
  -y, --l-threshold NUMBER       new ones again below this
  --tun-type ipip|gue|gre        --tun-port PORT
  --tun-nocsum                   --tun-csum                     --tun-remcsum
Options of a listing:
  -n, --numeric                  numbers instead of names
  -c, --connection               connections instead of services
  --stats, --rate                counters, counters a second    -X, --exact  unshortened
  --thresholds, --persistent-conn, --tun-info, --timeout, --daemon
  --nosort                       services as added, newest server first
  --json                         as JSON
Options of the sync daemon:
  --mcast-interface NAME --mcast-group ADDRESS --mcast-port PORT --mcast-ttl NUMBER
  --syncid NUMBER --sync-maxlen BYTES

Examples:
  ipvsadm -A -t 192.168.150.100:80 -s rr
  ipvsadm -a -t 192.168.150.100:80 -r 192.168.150.12 -g
`;
