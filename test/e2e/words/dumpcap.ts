import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT, SERVER } from '../../../src/lab/addresses.ts';
import { temporary } from '../cli.ts';
import type { BareLab } from '../outside-lab.ts';
import { interrupt } from './interrupt.ts';

/** A frame that came in, as the receiver's kernel saw it. */
export interface Frame {
  /** Since 1970. */
  readonly ns: bigint;
  readonly data: Buffer;
}

/** libpcap does not always tell what comes in from what goes out; hardware addresses do. */
const ENDS = {
  client: { name: 'e0', others: `not ether src ${CLIENT.mac}` },
  server: { name: 'e1', others: `not ether src ${SERVER.mac}` },
} as const;
const PATIENCE_MS = 5000;
/** Room for what dumpcap has not come to yet. */
const BUFFER_MIB = 32;
/** Of the file, and before each frame (pcap-savefile(5)). */
const FILE_HEADER = 24;
const FRAME_HEADER = 16;

/**
 * What comes out of the link at one end while `traffic` goes on. `read` gets it, and the path of the capture for other programs; the
 * file goes afterwards.
 */
export async function arrivals<T>(
  lab: BareLab,
  end: 'client' | 'server',
  traffic: () => Promise<unknown>,
  read: (frames: readonly Frame[], path: string) => T | Promise<T>,
): Promise<T> {
  const folder = temporary();
  const path = join(folder.path, 'arrivals.pcap');
  const { name, others } = ENDS[end];
  const args = ['-i', name, '-f', others, '-w', path, '-P', '-q', '-B', `${BUFFER_MIB}`];
  const dumpcap = lab.start(end, ['dumpcap', ...args]);
  try {
    try {
      await dumpcap.until(/^File: /m);
      await traffic();
      await allOf(lab, end, path);
    } finally {
      await interrupt(dumpcap);
    }
    return await read(framesOf(readFileSync(path)), path);
  } finally {
    folder.remove();
  }
}

/** Waits until all is in the file that has left the link: dumpcap may leave what it has not come to yet when it is told to end. */
async function allOf(lab: BareLab, end: 'client' | 'server', path: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { up, down } = await lab.lab.account();
    const { held, packetsOut } = end === 'server' ? up : down;
    const seen = framesOf(readFileSync(path)).length;
    if (held === 0 && seen === packetsOut) return;
    if (performance.now() > deadline) throw new Error(`dumpcap saw ${seen} of ${packetsOut} frames; ${held} are held`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whole frames of a file in pcap's format, with times in us. */
function framesOf(file: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = FILE_HEADER; at + FRAME_HEADER <= file.length; ) {
    const start = at + FRAME_HEADER;
    const end = start + file.readUInt32LE(at + 8);
    if (end > file.length) break;
    const ns = (BigInt(file.readUInt32LE(at)) * 1_000_000n + BigInt(file.readUInt32LE(at + 4))) * 1000n;
    frames.push({ ns, data: file.subarray(start, end) });
    at = end;
  }
  return frames;
}

/** The sequence number of an ICMP echo, from 1 (RFC 792). */
export const echoNumber = ({ data }: Frame): number => data.readUInt16BE(14 + 20 + 6);
