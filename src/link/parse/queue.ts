import type { Discipline, Queue } from '../profile.ts';
import { parseInteger, parseSize, parseTime } from '../units.ts';
import { boundedBytes, boundedPackets, boundedTime, positive, takePositiveTime } from './bounds.ts';
import type { Clause } from './clause.ts';

type Bounds = { -readonly [K in 'packets' | 'bytes' | 'ns']?: number };
type Kind = Discipline['kind'];

/** The usual bounds of Linux's qdiscs of these names, for a queue that names none. */
const USUAL_PACKETS: Readonly<Partial<Record<Kind, number>>> = { codel: 1000, fq_codel: 10_240, pie: 1000 };

/** Every unit of time ends so, and none of size. */
const MIN_UPDATE_NS = 1e6;
const TIME = /s(ec)?$/i;

/** What follows `queue`: bounds and a discipline, at least one of them. */
export function parseQueue(clause: Clause): Queue {
  const bounds: Bounds = {};
  while (clause.hasNumber()) parseBound(clause, bounds);
  const discipline = parseDiscipline(clause);
  const usual = discipline && USUAL_PACKETS[discipline.kind];
  if (Object.keys(bounds).length === 0) {
    if (usual === undefined) clause.fail('needs a size, such as 100 packets, 64kb bytes or 50ms');
    bounds.packets = usual;
  }
  return discipline ? { ...bounds, discipline } : bounds;
}

function parseBound(clause: Clause, bounds: Bounds): void {
  const number = clause.value('a size', (text) => text);
  const name = clause.take('packets', 'packet', 'bytes', 'byte', 's', 'ms', 'us', 'ns');
  const add = (bound: keyof Bounds, value: number) => {
    if (bounds[bound] !== undefined) clause.fail('this bound is given twice');
    bounds[bound] = value;
  };
  if (name === 'packets' || name === 'packet') {
    add('packets', boundedPackets(clause, clause.read(number, parseSize)));
  } else if (name === 'bytes' || name === 'byte') {
    add('bytes', boundedBytes(clause, clause.read(number, parseSize)));
  } else if (name !== undefined || TIME.test(number)) {
    add('ns', positive(clause, boundedTime(clause, clause.read(number + (name ?? ''), parseTime))));
  } else {
    clause.fail(`'queue' needs its unit; write 'queue ${number} packets' or 'queue ${number} bytes', or a time`);
  }
}

/** Options and defaults of tc-codel(8), tc-fq_codel(8) and tc-pie(8). */
function parseDiscipline(clause: Clause): Discipline | undefined {
  const kind = clause.take('drophead', 'codel', 'fq_codel', 'pie');
  const time = () => takePositiveTime(clause);
  const ecn = { ecn: () => true, noecn: () => false };
  switch (kind) {
    case 'codel': {
      const given = clause.named({ target: time, interval: time, ...ecn });
      return {
        kind,
        targetNs: given.target ?? 5e6,
        intervalNs: given.interval ?? 100e6,
        ecn: marks(clause, given, false),
      };
    }
    case 'fq_codel': {
      const flows = () => integer(clause, 1, 65_536);
      const quantum = () => integer(clause, 256, 2 ** 20);
      const given = clause.named({ target: time, interval: time, flows, quantum, ...ecn });
      return {
        kind,
        targetNs: given.target ?? 5e6,
        intervalNs: given.interval ?? 100e6,
        ecn: marks(clause, given, true),
        flows: given.flows ?? 1024,
        quantumBytes: given.quantum ?? 1514,
      };
    }
    case 'pie': {
      const given = clause.named({ target: time, update: () => updateTime(clause), ...ecn });
      return { kind, targetNs: given.target ?? 15e6, updateNs: given.update ?? 15e6, ecn: marks(clause, given, false) };
    }
    default:
      return kind && { kind };
  }
}

/** Every update is computed, in a pause of the traffic too. */
function updateTime(clause: Clause): number {
  const ns = takePositiveTime(clause);
  if (ns < MIN_UPDATE_NS) clause.fail("an 'update' below 1ms is not accepted");
  return ns;
}

function marks(clause: Clause, given: { ecn?: boolean; noecn?: boolean }, usual: boolean): boolean {
  if (given.ecn !== undefined && given.noecn !== undefined) clause.fail("'ecn' and 'noecn' exclude each other");
  return given.ecn ?? given.noecn ?? usual;
}

function integer(clause: Clause, min: number, max: number): number {
  return clause.value('a number', (text) => parseInteger(text, min, max));
}
