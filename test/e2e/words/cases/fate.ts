import { SERVER } from '../../../../src/lab/addresses.ts';
import { countOf } from '../bound.ts';
import { growth } from '../counters.ts';
import { arrivals, type Frame } from '../dumpcap.ts';
import { PAYLOAD_START, payloadByte } from '../frames.ts';
import { burst, flood, listOf, PING_HEADERS, seqs } from '../ping.ts';
import { send } from '../traffic.ts';
import { matching } from '../tshark.ts';
import type { WordCase } from '../word-case.ts';

const N = 5000;
const SIZE = 1000;
/** Where an inverted bit is noticed by ICMP's checksum alone. */
const IN_ICMP = (SIZE + 8) / (SIZE + PING_HEADERS);
const DATAGRAMS = { out: 'e0', to: SERVER.v4, count: 2000, bytes: 200, batch: 50, gapMs: 1 } as const;

/** Bits in which the payload is not what was sent. */
function damage({ data }: Frame): number {
  let bits = 0;
  for (let i = PAYLOAD_START; i < data.length; i++) {
    for (let odd = data[i] ^ payloadByte(i); odd > 0; odd >>= 1) bits += odd & 1;
  }
  return bits;
}

/** What befalls packets, besides loss. */
export const FATE: readonly WordCase[] = [
  {
    word: 'ecn',
    link: 'up: loss 10% ecn',
    tools: ['ping', 'dumpcap', 'tshark'],
    figures: [
      { what: `arrive of ${N} that are ECT(0)`, closedForm: 'all', exactly: `${N}` },
      { what: `of them CE`, unit: '', closedForm: 'P = 10 %', bound: countOf(N, 0.1) },
    ],
    measure: (lab) =>
      arrivals(
        lab,
        'server',
        () => flood(lab, N, ['-Q', '2']),
        async (frames, path) => [`${frames.length}`, await matching(path, 'ip.dsfield.ecn == 3')],
      ),
  },
  {
    word: 'duplicate',
    link: 'up: duplicate 10%',
    tools: ['ping', 'kernel'],
    figures: [{ what: `more than ${N} that arrive`, unit: '', closedForm: 'P = 10 %', bound: countOf(N, 0.1) }],
    measure: async (lab) => {
      const [came] = await growth(lab, [['Icmp', 'InEchos']], () => flood(lab, N));
      return [came - N];
    },
  },
  {
    word: 'corrupt',
    link: 'up: corrupt 20%',
    tools: ['ping', 'kernel'],
    figures: [
      {
        what: `wrong checksums of ICMP of ${N}`,
        unit: '',
        closedForm: `P * ${SIZE + 8} / ${SIZE + PING_HEADERS} bytes`,
        bound: countOf(N, 0.2 * IN_ICMP),
      },
    ],
    measure: (lab) => growth(lab, [['Icmp', 'InCsumErrors']], () => flood(lab, N, ['-s', `${SIZE}`])),
  },
  {
    word: 'corrupt payload',
    link: 'up: corrupt 20% payload',
    tools: ['dumpcap', 'kernel'],
    figures: [
      {
        what: `datagrams of ${DATAGRAMS.count} with one wrong bit`,
        unit: '',
        closedForm: 'P = 20 %',
        bound: countOf(DATAGRAMS.count, 0.2),
      },
      { what: 'datagrams with more', closedForm: 'none', exactly: '0' },
      { what: 'wrong checksums of UDP', closedForm: 'none', exactly: '0' },
    ],
    measure: async (lab) => {
      let bits: readonly number[] = [];
      const [wrong] = await growth(lab, [['Udp', 'InCsumErrors']], async () => {
        bits = await arrivals(
          lab,
          'server',
          () => send(lab, DATAGRAMS),
          (frames) => frames.map(damage),
        );
      });
      return [bits.filter((n) => n === 1).length, `${bits.filter((n) => n > 1).length}`, `${wrong}`];
    },
  },
  {
    word: 'reorder',
    link: 'up: delay 60ms reorder 25%',
    tools: ['ping'],
    figures: [{ what: 'answered at once of 800', unit: '', closedForm: 'P = 25 %', bound: countOf(800, 0.25) }],
    measure: async (lab) => [(await burst(lab, 800)).filter(({ ms }) => ms < 60).length],
  },
  {
    word: 'reorder with gap',
    link: 'up: delay 60ms reorder 100% gap 5',
    tools: ['ping'],
    figures: [{ what: 'answered at once of 30', closedForm: 'every 5th', exactly: '5, 10, 15, 20, 25, 30' }],
    measure: async (lab) => [listOf(seqs((await burst(lab, 30)).filter(({ ms }) => ms < 60)))],
  },
];
