import { SERVER } from '../../../src/lab/addresses.ts';
import type { BareLab } from '../outside-lab.ts';

interface Ended {
  readonly sum: { readonly packets: number; readonly lost_packets: number };
  readonly sum_received: { readonly bits_per_second: number };
}

interface Report {
  readonly end: Ended;
  readonly error?: string;
}

/** From client to server. */
export async function iperf(lab: BareLab, args: readonly string[]): Promise<Ended> {
  const server = lab.start('server', ['iperf3', '--server', '--one-off']);
  for (let attempts = 0; attempts < 50; attempts++) {
    const { stdout } = await lab.run('client', ['iperf3', '--client', SERVER.v4, '--json', ...args]);
    const report = JSON.parse(stdout) as Report;
    // The server may not listen yet.
    if (report.error?.includes('refused')) continue;
    if (report.error !== undefined) throw new Error(`iperf3: ${report.error}`);
    await server.ended;
    return report.end;
  }
  throw new Error('iperf3 refused to be connected to');
}
