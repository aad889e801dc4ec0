import { SERVER } from '../dist/lab/addresses.js';
import type { Session } from '../dist/lab/session.js';
import { type Program, passed, script, start } from './lab.ts';

/** One second of a flow, as its receiver saw it. */
export interface FlowSecond {
  /** Of payload. */
  readonly bps: number;
  /** That the receiving process took meanwhile; rudp only. */
  readonly cpuSeconds?: number;
}

/** `rudp [OPTIONS]`, or `tcp cc=NAME` through iperf3. */
export type FlowKind = string;

/** What waits for a flow at the server's end. */
export interface FlowServer {
  readonly kind: FlowKind;
  readonly port: number;
  readonly program: Program;
}

const FIRST_PORT = 5201;
/** For an end of a flow that the other end may not hear of. */
const END_MS = 2000;

const optionsOf = (kind: FlowKind): string => kind.split(' ').slice(1).join(' ');
const isRudp = (kind: FlowKind): boolean => kind.split(' ')[0] === 'rudp';

/** `index`: of the flow on its link. */
export function serveFlow(lab: Session, kind: FlowKind, index: number): FlowServer {
  const port = FIRST_PORT + index;
  const command = isRudp(kind)
    ? script('rudp-flow.ts', 'server', SERVER.v4, port, ...(optionsOf(kind) ? [optionsOf(kind)] : []))
    : ['iperf3', '-s', '-1', '-J', '-B', SERVER.v4, '-p', String(port)];
  return { kind, port, program: start(lab, 'server', command) };
}

/** Sends from `at` (ms since 1970) on for some seconds; resolves with what came, second by second. */
export async function runFlow(lab: Session, server: FlowServer, at: number, seconds: number): Promise<FlowSecond[]> {
  const { kind, port, program } = server;
  if (isRudp(kind)) {
    const words = optionsOf(kind) ? [optionsOf(kind)] : [];
    await start(lab, 'client', script('rudp-flow.ts', 'client', SERVER.v4, port, at, seconds, ...words)).output;
    const patience = setTimeout(() => program.stop(), END_MS);
    const said = await program.output;
    clearTimeout(patience);
    return said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as FlowSecond);
  }
  const cc = /^tcp cc=(\S+)$/.exec(kind)?.[1];
  if (!cc) throw new Error(`'${kind}' is no flow: rudp [OPTIONS], or tcp cc=NAME`);
  await passed(at - Date.now());
  const call = ['iperf3', '-c', SERVER.v4, '-p', String(port), '-t', String(seconds), '-C', cc, '-J'];
  await start(lab, 'client', call).output;
  const report = JSON.parse(await program.output) as Iperf3Server;
  return report.intervals.map(({ sum }) => ({ bps: sum.bits_per_second }));
}

interface Iperf3Server {
  readonly intervals: readonly { readonly sum: { readonly bits_per_second: number } }[];
}

/** Mean from second `from` on, of `seconds` seconds. */
export function meanBps(flow: readonly FlowSecond[], from: number, seconds: number): number {
  const counted = flow.slice(from, from + seconds);
  if (counted.length < seconds) throw new Error(`a flow ended after ${flow.length} of ${from + seconds} seconds`);
  return counted.reduce((sum, { bps }) => sum + bps, 0) / seconds;
}
