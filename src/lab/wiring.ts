import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { disableOffloads } from '../io/linux/ethtool.ts';
import { inNetworkNamespace } from '../io/linux/namespace.ts';
import { CLIENT, MTU, SERVER } from './addresses.ts';
import { bindNames } from './names.ts';

function ip(commands: readonly string[]): void {
  const { error, status, stderr } = spawnSync('ip', ['-batch', '-'], {
    input: `${commands.join('\n')}\n`,
    encoding: 'utf8',
  });
  if (error) throw new Error(`cannot run ip(8): ${error.message}; install iproute2 and make sure that it is on PATH`);
  if (status !== 0) throw new Error(`ip(8) failed: ${stderr.trim().split('\n')[0]}`);
}

const sysctl = (path: string, value: string): void => writeFileSync(`/proc/sys/net/${path}`, value);

/** No address, no answer to anything: the emulator alone moves what passes here. */
function middleboxEnd(name: string): void {
  sysctl(`ipv6/conf/${name}/disable_ipv6`, '1');
  ip([`link set ${name} mtu ${MTU} arp off multicast off up`]);
  disableOffloads(name);
}

/**
 * An endpoint's end: addresses and a neighbour that is known for good. Without ARP (and hence without duplicate address
 * detection and multicast groups) the interface says nothing by itself: the first packet that the link sees is a program's.
 */
function endpoint(name: string, own: typeof CLIENT | typeof SERVER, other: typeof CLIENT | typeof SERVER): void {
  sysctl(`ipv6/conf/${name}/accept_ra`, '0');
  // What one trial's TCP learned about the path must not colour the next.
  sysctl('ipv4/tcp_no_metrics_save', '1');
  ip([
    'link set lo up',
    `link set ${name} address ${own.mac} mtu ${MTU} arp off multicast off addrgenmode none`,
    `addr add ${own.v4}/24 dev ${name}`,
    `addr add ${own.v6}/64 dev ${name} nodad`,
    `link set ${name} up`,
    `neigh replace ${other.v4} lladdr ${other.mac} dev ${name} nud permanent`,
    `neigh replace ${other.v6} lladdr ${other.mac} dev ${name} nud permanent`,
    `route replace 2001:2::/64 dev ${name}`,
  ]);
  disableOffloads(name);
}

/** Makes, from inside the middlebox's namespaces, the path  client e0 -- v0 middlebox v1 -- e1 server, and names for its ends. */
export function wire(clientPid: number, serverPid: number): void {
  bindNames();
  ip([
    `link add v0 type veth peer name e0 netns ${clientPid}`,
    `link add v1 type veth peer name e1 netns ${serverPid}`,
  ]);
  middleboxEnd('v0');
  middleboxEnd('v1');
  inNetworkNamespace(clientPid, () => endpoint('e0', CLIENT, SERVER));
  inNetworkNamespace(serverPid, () => endpoint('e1', SERVER, CLIENT));
}
