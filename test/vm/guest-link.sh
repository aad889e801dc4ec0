#!/bin/bash
# In the guest: the path of a lab, with the guest's own namespace as the middlebox, whose two interfaces the commands of the first
# argument join. Then, for each further pair of arguments: puts qdiscs on v1 by the commands of the first, and pings across them
# with the words of the second, unless there are none. Prints, parted by ASCII 31 and ended by 30: qdiscs and interfaces before the
# ping, what ping said, qdiscs and interfaces after it.
set -euo pipefail
join=$1
shift

end() { # NAMESPACE INTERFACE ADDRESS OTHER-ADDRESS MAC OTHER-MAC
  ip -n "$1" -batch - <<COMMANDS
link set lo up
link set $2 address $5 arp off multicast off addrgenmode none
addr add $3/24 dev $2
link set $2 up
neigh replace $4 lladdr $6 dev $2 nud permanent
COMMANDS
}
ip netns add client
ip netns add server
ip -batch - <<COMMANDS
link add v0 type veth peer name e0 netns client
link add v1 type veth peer name e1 netns server
link set v0 arp off multicast off addrgenmode none up
link set v1 arp off multicast off addrgenmode none up
COMMANDS
end client e0 198.18.0.1 198.18.0.2 02:00:00:00:00:01 02:00:00:00:00:02
end server e1 198.18.0.2 198.18.0.1 02:00:00:00:00:02 02:00:00:00:00:01
ip -batch - <<<"$join"

counters() {
  tc -s -j qdisc show
  printf '\x1f'
  cat /proc/net/dev
  printf '\x1f'
}
while (($# > 0)); do
  tc -batch - <<<"$1"
  counters
  # shellcheck disable=SC2086
  [[ -z $2 ]] || ip netns exec client ping -n $2 198.18.0.2 || true
  printf '\x1f'
  counters
  printf '\x1e'
  shift 2
done
