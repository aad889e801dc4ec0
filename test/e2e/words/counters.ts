import type { BareLab } from '../outside-lab.ts';

/** The server's kernel counts, by protocol and name, in the format of /proc/net/snmp (RFC 4293 and its kin). */
export async function counters(lab: BareLab): Promise<(protocol: string, name: string) => number> {
  const { stdout } = await lab.run('server', ['cat', '/proc/net/snmp', '/proc/net/netstat']);
  const lines = stdout.split('\n').map((line) => line.split(' '));
  return (protocol, name) => {
    const [names, values] = lines.filter(([head]) => head === `${protocol}:`);
    return Number(values?.[names?.indexOf(name) ?? -1]);
  };
}

/** By how much one of them grows while `work` goes on. */
export async function growth(
  lab: BareLab,
  which: readonly (readonly [protocol: string, name: string])[],
  work: () => Promise<unknown>,
): Promise<number[]> {
  const before = await counters(lab);
  await work();
  const after = await counters(lab);
  return which.map(([protocol, name]) => after(protocol, name) - before(protocol, name));
}
