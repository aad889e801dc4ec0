import { carrierOf } from './carrier.ts';
import { chat } from './chat/index.ts';
import { connect } from './connect/index.ts';
import { file } from './file/index.ts';
import { ping } from './ping/index.ts';
import { playout } from './playout/index.ts';
import { probe } from './probe.ts';
import type { Scenario } from './scenario.ts';
import { stream } from './stream/index.ts';

/** The scenarios that come with netduel; a configuration may bring more. */
export const builtinScenarios: readonly Scenario[] = [stream, chat, file, playout, ping, connect];

/** What links are looked at with before a suite: for themselves, and for what they carry. */
export const flood: Scenario = stream;
export { carrierOf, probe };

/** All that an endpoint can be told to play by name. */
export const playableScenarios: readonly Scenario[] = [...builtinScenarios, probe];
