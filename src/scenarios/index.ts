import { boundaries } from './boundaries.ts';
import { carrierOf } from './carrier.ts';
import { chat } from './chat/index.ts';
import { connect } from './connect/index.ts';
import { file } from './file/index.ts';
import { opening } from './opening.ts';
import { ping } from './ping/index.ts';
import { playout } from './playout/index.ts';
import { probe } from './probe.ts';
import type { Scenario } from './scenario.ts';
import { stalledReader } from './stalled-reader.ts';
import { stream } from './stream/index.ts';

/** The scenarios that come with netduel; a configuration may bring more. */
export const builtinScenarios: readonly Scenario[] = [stream, chat, file, playout, ping, connect];

/** What links are looked at with before a suite: for themselves, and for what they carry. */
export const flood: Scenario = stream;
export { carrierOf, probe };

/** Questions about transports that no workload answers: what `netduel features` asks beside the workloads. */
export const questions: readonly Scenario[] = [opening, boundaries, stalledReader];

/** All that an endpoint can be told to play by name. */
export const playableScenarios: readonly Scenario[] = [...builtinScenarios, probe, ...questions];
