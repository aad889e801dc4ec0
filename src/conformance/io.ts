import type { ConformanceCase, IoSetup } from './case.ts';
import { datagramConformance } from './io/datagram.ts';
import { loopConformance } from './io/loop.ts';
import { streamConformance } from './io/stream.ts';

/** All that an `Io` must do, over the loopback interface. */
export function ioConformance(setup: IoSetup): ConformanceCase[] {
  const group = (name: string, cases: ConformanceCase[]) =>
    cases.map((one) => ({ ...one, name: `${name}: ${one.name}` }));
  return [
    ...group('loop', loopConformance(setup)),
    ...group('datagram', datagramConformance(setup)),
    ...group('stream', streamConformance(setup)),
  ];
}
