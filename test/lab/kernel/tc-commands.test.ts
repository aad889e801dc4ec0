import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kernelStages } from '../../../src/lab/kernel/stages.ts';
import { tcCommands } from '../../../src/lab/kernel/tc-commands.ts';
import { parseProfile } from '../../../src/link/parse.ts';
import type { Stage } from '../../../src/link/profile.ts';
import { filesOf } from '../../link/arbitrary.ts';
import { kernelDirection } from './arbitrary.ts';

const NEW = { seed: true, nanoseconds: true };
const OLD = { seed: false, nanoseconds: false };

const stagesOf = (profile: string): readonly Stage[] => parseProfile(profile).up.stages;

test('every option is written with its unit', () => {
  const profile =
    'netem limit 200 delay 20ms 1500us 25% distribution normal loss 1% 10% ecn duplicate 2% 5% corrupt 0.5% reorder 25% 50% gap 5 ' +
    'rate 20mbit 38 48 -5 slot 800us 10ms packets 42 bytes 64k seed 18446744073709551615 | tbf rate 1mbit burst 2000 limit 5000';
  expect(tcCommands(stagesOf(profile), 'v1', NEW)).toEqual([
    'qdisc replace dev v1 root noqueue',
    'qdisc replace dev v1 root handle 1: netem limit 200 delay 20000us 1500us 25% distribution normal loss random 1% 10% ecn ' +
      'duplicate 2% 5% corrupt 0.5% 0% reorder 25% 50% gap 5 rate 20000000bit 38 48 -5 slot 800000ns 10000000ns packets 42 bytes 65536 ' +
      'seed 18446744073709551615',
    'qdisc add dev v1 parent 1: handle 2: tbf rate 1000000bit burst 2000b limit 5000b',
  ]);
});

test('the other loss models, slots by a table, and the second bucket', () => {
  const profile =
    'loss state 1% 20% 30% 40% 2% limit 5 | loss gemodel 1% 25% 90% 0.5% slot distribution pareto 5ms 1ms limit 5 | ' +
    'tbf rate 1mbit burst 2000 limit 5000 peakrate 2mbit mtu 1514 mpu 64 overhead 4';
  expect(tcCommands(stagesOf(profile), 'v1', NEW).slice(1)).toEqual([
    'qdisc replace dev v1 root handle 1: netem limit 5 loss state 1% 20% 30% 40% 2%',
    'qdisc add dev v1 parent 1: handle 2: netem limit 5 loss gemodel 1% 25% 90% 0.5% slot distribution pareto 5000000ns 1000000ns',
    'qdisc add dev v1 parent 2: handle 3: tbf rate 1000000bit burst 2000b limit 5000b peakrate 2000000bit mtu 1514b mpu 64 overhead 4',
  ]);
});

test('an old tc gets whole microseconds and no seed', () => {
  expect(tcCommands(stagesOf('delay 1234567ns 1ms limit 5 seed 7'), 'v1', OLD)[1]).toBe(
    'qdisc replace dev v1 root handle 1: netem limit 5 delay 1235us 1000us 0%',
  );
});

test('the correlation of copies is sent though tc forgets it when it is alone', () => {
  expect(tcCommands(stagesOf('duplicate 5% 10% limit 5'), 'v1', NEW)[1]).toMatch(/duplicate 5% 10% corrupt 0% 0%$/);
});

test('handles are hexadecimal', () => {
  const [stage] = stagesOf('limit 5');
  const commands = tcCommands(Array<Stage>(17).fill(stage), 'v1', NEW);
  expect(commands[17]).toContain('parent 10: handle 11: ');
});

test('an unimpaired direction gets a queue that counts', () => {
  expect(tcCommands([], 'v0', NEW)).toEqual([
    'qdisc replace dev v0 root noqueue',
    'qdisc replace dev v0 root handle 1: pfifo limit 32768',
  ]);
});

test('tables are named as they are to be found', () => {
  const delay = { ns: 1e6, jitterNs: 1e5, correlation: 0, distribution: { name: './my.dist', values: [1, 2] } };
  const commands = tcCommands([{ kind: 'netem', delay, limit: 5 }], 'v1', NEW, ({ name }) => `/there/${name}`);
  expect(commands[1]).toContain('distribution /there/./my.dist');
});

test('what tc is told means what was meant', () => {
  fc.assert(
    fc.property(kernelDirection, (direction) => {
      const stages = kernelStages(direction).map(({ qdisc }) => qdisc);
      fc.pre(stages.length > 0);
      const lines = tcCommands(stages, 'v1', NEW).slice(1);
      const text = lines.map((line) => `tc ${line}`).join('\n');
      expect(parseProfile(text, filesOf(direction)).up.stages).toEqual(stages);
    }),
    { numRuns: 300 },
  );
});
