import { z } from 'zod';

/**
 * What a run leaves behind in `run.json`: one document, complete enough that every CSV, chart and report is made from it
 * alone. SI base units throughout (seconds, bytes, bits per second) unless a name says otherwise.
 */
export const FORMAT_VERSION = 1;

const count = z.number().int().nonnegative();

const latenessSchema = z.object({ p50: z.number(), p99: z.number(), max: z.number() });

/** What the link did to one direction of traffic between the start of the window and the end of the drain. */
export const directionAccountSchema = z.object({
  /** Packets and bytes (whole Ethernet frames) that entered the link. */
  packetsIn: count,
  bytesIn: count,
  /** Of these bytes, those that entered before the window closed. */
  windowBytesIn: count,
  /** Packets and bytes that left it. */
  packetsOut: count,
  bytesOut: count,
  /** Dropped by the loss model. */
  lost: count,
  /** Lost because the link was down (`outage`). */
  outage: count.default(0),
  /** Dropped because the bottleneck queue, or `limit`, was full. */
  queueDropped: count,
  /** Dropped early by the queue's discipline (codel and the like). */
  aqmDropped: count.default(0),
  /** Copies that the link made. */
  duplicated: count.default(0),
  /** Packets in which the link inverted a bit; they are not taken out of the other counts. */
  corrupted: count.default(0),
  /** Packets that were marked Congestion Experienced instead of dropped. */
  ecnMarked: count.default(0),
  /** Left the link after a packet that had entered it later. */
  reordered: count,
  /**
   * Still inside the link when the account was closed; packetsIn + duplicated = packetsOut + lost + outage + queueDropped +
   * aqmDropped + held - heldBefore.
   */
  held: count,
  /** Inside the link already when the account was opened. */
  heldBefore: count,
  /**
   * From the opening of the account, in seconds: before that, nothing that entered since can have been served; the delay, or
   * the time that the serialiser took for what had entered earlier.
   */
  clearSeconds: z.number().nonnegative(),
  /** The bytes of both. */
  heldBytes: count,
  heldBytesBefore: count,
  /** Dropped by the kernel before the emulator read them: not the model's doing, so it flags the trial. */
  overrun: count,
  /** Taken by the model, refused by the kernel on the way out (full device queue). */
  sendErrors: count,
  /** Larger than the MTU allows: an offload is on after all, and the counts of packets mean nothing. Must be 0. */
  oversize: count,
  /** How much later than the model's time packets really left, in seconds; absent when nothing left. */
  lateness: latenessSchema.optional(),
});
export type DirectionAccount = z.infer<typeof directionAccountSchema>;

const linkAccountSchema = z.object({ up: directionAccountSchema, down: directionAccountSchema });
export type LinkAccount = z.infer<typeof linkAccountSchema>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const settings = z.record(z.string(), scalar);
export type Settings = z.infer<typeof settings>;

/** Doubt about a trial's numbers, in words: what was seen and what to do about it. */
const flagSchema = z.object({
  name: z.enum([
    'generator-limited',
    'cpu-bound',
    'socket-drops',
    'emulator-late',
    'emulator-overrun',
    'emulator-ceiling',
    'clock-uncertain',
    'too-few-samples',
    'window-limited',
    'backlogged',
    'not-decoded',
  ]),
  reason: z.string(),
  remedy: z.string(),
});
export type Flag = z.infer<typeof flagSchema>;

/** One sampled quantity over time: `t` in seconds since the window opened, `values` in the metric's unit. */
const seriesSchema = z.object({ metric: z.string(), t: z.array(z.number()), values: z.array(z.number()) });
export type Series = z.infer<typeof seriesSchema>;

/** Percentile curve of the one-way delay: `quantiles` in [0, 1], `seconds` beside them. */
const delayCurveSchema = z.object({ quantiles: z.array(z.number()), seconds: z.array(z.number()) });
export type DelayCurve = z.infer<typeof delayCurveSchema>;

/** A file that a trial left for people to see. */
const attachmentSchema = z.object({
  /** What it is: `original`, `received`. */
  name: z.string(),
  /** SHA-256 of its content in hexadecimal: its key in `attachments` of the run. */
  sha256: z.string(),
});

const metricsSchema = z.record(z.string(), z.number());
/** By column name of `columns.ts`; a metric that does not apply is absent, never 0. */
export type Metrics = z.infer<typeof metricsSchema>;

const trialBase = {
  /** Index into `cases`. */
  case: count,
  /** 1-based number of this trial within its case. */
  trial: z.number().int().positive(),
  seed: count,
};

export const trialSchema = z.discriminatedUnion('state', [
  z.object({
    ...trialBase,
    state: z.literal('completed'),
    /** ISO 8601 wall-clock time, a label only. */
    startedAt: z.string(),
    metrics: metricsSchema,
    flags: z.array(flagSchema),
    series: z.array(seriesSchema),
    delay: delayCurveSchema.optional(),
    attachments: z.array(attachmentSchema).optional(),
    link: linkAccountSchema.optional(),
    /** What was really in force at each end: buffer sizes read back, congestion control, batching. */
    effective: z.object({
      client: settings,
      server: settings,
      /** Warm-up, pause for the link to empty, and window, in seconds. */
      warmupSeconds: z.number(),
      settleSeconds: z.number(),
      windowSeconds: z.number(),
    }),
  }),
  z.object({
    ...trialBase,
    state: z.enum(['failed', 'unsupported', 'aborted']),
    reason: z.string(),
    /** A way out, where one is known. */
    remedy: z.string().optional(),
  }),
]);
export type Trial = z.infer<typeof trialSchema>;
export type CompletedTrial = Extract<Trial, { state: 'completed' }>;

/** What was seen of a link before the suite, at an easy load; seconds. */
const calibrationSchema = z.object({
  /** Absent when nothing came back. */
  rtt: z.object({ min: z.number(), p50: z.number() }).optional(),
  /** Of the direction that was worse. */
  lateness: latenessSchema.optional(),
  /** Why there is nothing else. */
  reason: z.string().optional(),
});

export const caseSchema = z.object({
  /** `label` is the text that was asked for ("tcp cc=bbr"), `name` the registry's. */
  transport: z.object({ label: z.string(), name: z.string(), options: settings }),
  scenario: z.object({ label: z.string(), name: z.string(), params: settings }),
  /** `profile` is the effective one in the grammar's own words; empty for `loopback`. */
  link: z.object({ label: z.string(), profile: z.string(), calibration: calibrationSchema.optional() }),
});
export type Case = z.infer<typeof caseSchema>;

export const runSchema = z.object({
  formatVersion: z.literal(FORMAT_VERSION),
  runId: z.string(),
  state: z.enum(['running', 'completed', 'interrupted']),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  /** Versions, host, kernel, sysctls: whatever a reader needs to judge or repeat the run. */
  environment: z.object({
    netduel: z.string(),
    node: z.string(),
    libraries: z.record(z.string(), z.string()),
    os: z.string(),
    kernel: z.string(),
    arch: z.string(),
    cpu: z.string(),
    cpus: count,
    memoryBytes: count,
    privilege: z.enum(['root', 'user']),
    sysctls: z.record(z.string(), z.string()),
  }),
  /** The configuration as asked for, and as it was run. */
  requested: z.record(z.string(), z.unknown()),
  effective: z.object({
    seed: count,
    trials: z.number().int().positive(),
    io: z.object({ name: z.enum(['linux', 'node']), reason: z.string().optional() }),
    emulator: z.object({
      name: z.enum(['user', 'kernel', 'shim', 'none']),
      reason: z.string().optional(),
      /** Full-size packets per second that it carries here, one way. */
      ceiling: z.number().optional(),
      /** Whether its threads go before all programs that are not of real time (SCHED_RR). */
      realTime: z.boolean().optional(),
    }),
  }),
  cases: z.array(caseSchema),
  trials: z.array(trialSchema),
  /** What trials left for people to see, by the SHA-256 of its content: many trials may have left the same. */
  attachments: z.record(z.string(), z.object({ type: z.string(), base64: z.string() })).optional(),
});
export type RunRecord = z.infer<typeof runSchema>;
