import { formatBitRate, formatBytes, formatCount, formatRatio, formatSeconds } from '../record/units.ts';
import { describeQueue, describeTbfQueue } from './describe-queue.ts';
import { outageRatio, stageCapacityBps } from './figures.ts';
import { lossFigures } from './loss-figures.ts';
import { FRAME_BYTES } from './model/holding.ts';
import type {
  Chance,
  Corruption,
  Delay,
  LossModel,
  Netem,
  Outage,
  Rate,
  Reordering,
  Slot,
  Stage,
  Tbf,
  Trace,
} from './profile.ts';
import { realisedRate } from './realised-rate.ts';

const time = (ns: number): string => formatSeconds(ns / 1e9);

/** A sentence per effect, in the order in which a packet meets them. */
export function describeStage(stage: Stage): string[] {
  const capacity = stageCapacityBps(stage);
  if (stage.kind === 'tbf') return [bucket(stage), describeTbfQueue(stage)];
  const { outage, duplicate, loss, ecn, corrupt, reorder, delay, rate, trace, slot, limit, seed } = stage;
  return [
    outage && outages(outage),
    duplicate && `${probability(duplicate)} of the packets come twice.`,
    loss && losses(loss),
    ecn && 'Packets that are ECN-capable are marked instead of lost.',
    corrupt && corruption(corrupt),
    reorder && reordering(reorder),
    delay && delays(delay, stage),
    rate && serialisation(rate),
    trace && capacity !== undefined && capacityOverTime(trace, capacity),
    capacity === undefined ? undefined : describeQueue(stage, capacity),
    slot && slots(slot),
    limit === undefined
      ? undefined
      : `At most ${formatCount(limit)} packets are held at a time, those inside the delay included.`,
    seed === undefined ? undefined : `Its random numbers begin with seed ${seed}, whatever the trial's is.`,
  ].filter((sentence) => typeof sentence === 'string');
}

/** How likely it really is: netem's correlation makes rare events rarer. */
const probability = ({ p, correlation }: Chance): string =>
  correlation === 0
    ? formatRatio(p)
    : `${formatRatio(realisedRate(p, correlation))} (${formatRatio(p)}, narrowed by a correlation of ${formatRatio(correlation)})`;

function outages({ everyNs, forNs, afterNs }: Outage): string {
  const share = formatRatio(outageRatio({ everyNs, forNs, afterNs }));
  return `Every ${time(everyNs)} all packets are lost for ${time(forNs)}, first after ${time(afterNs)}: ${share} of the time.`;
}

function losses(loss: LossModel): string {
  if (loss.kind === 'random') {
    const { ratio } = lossFigures(loss);
    const how = loss.correlation === 0 || ratio === 0 ? ', each independently of the others' : '';
    return `${probability(loss)} of the packets are lost${how}.`;
  }
  const { ratio, meanRun } = lossFigures(loss);
  if (ratio === 0 || meanRun === undefined) return 'The loss model never loses a packet.';
  const run = formatCount(Number(meanRun.toPrecision(3)));
  return `${formatRatio(ratio)} of the packets are lost in the long run, ${run} in a row on average.`;
}

function corruption(corrupt: Corruption): string {
  const what = `${probability(corrupt)} of the packets`;
  return corrupt.where === 'payload'
    ? `One bit of the payload is inverted in ${what}; the checksum is made right again, so the damage arrives.`
    : `One bit is inverted in ${what}; the receiver's checksum drops nearly all of them.`;
}

function reordering(reorder: Reordering): string {
  const which = reorder.gap > 1 ? `After ${reorder.gap - 1} packets in a row, the next` : 'Every packet';
  return `${which} skips delay, rate and slots with a probability of ${probability(reorder)}, and overtakes what is inside.`;
}

function delays({ ns, jitterNs, distribution, correlation }: Delay, { rate, trace, queue, keepOrder }: Netem): string {
  if (jitterNs === 0) return `Every packet takes ${time(ns)}.`;
  const law = distribution
    ? `by table ${distribution.name}, scaled by ${time(jitterNs)}`
    : `uniform between ${time(Math.max(0, ns - jitterNs))} and ${time(ns + jitterNs)}`;
  const order =
    rate || trace || queue?.discipline || keepOrder
      ? 'packets keep their order'
      : `packets ${distribution ? 'close behind each other' : `less than ${time(2 * jitterNs)} apart`} may change places`;
  return `The delay is about ${time(ns)}, ${law}${correlation > 0 ? `, with a correlation of ${formatRatio(correlation)}` : ''}; ${order}.`;
}

function serialisation({ bps, packetOverhead, cellBytes, cellOverhead }: Rate): string {
  const frame = time((FRAME_BYTES * 8e9) / bps);
  const more = packetOverhead === 0 ? '' : `; every packet counts ${packetOverhead} bytes more`;
  const cells =
    cellBytes === 0 ? '' : `; packets are cut into cells of ${cellBytes} bytes, each with ${cellOverhead} bytes more`;
  return `${formatBitRate(bps)} over whole Ethernet frames: a frame of ${formatCount(FRAME_BYTES)} bytes takes ${frame}${more}${cells}.`;
}

function capacityOverTime({ name, ms }: Trace, mean: number): string {
  const length = ms[ms.length - 1];
  const pause = ms.reduce((longest, at, i) => Math.max(longest, at - (i === 0 ? 0 : ms[i - 1])), 0);
  return `The capacity follows the trace ${name}, ${time(length * 1e6)} long and then anew: ${formatBitRate(mean)} on average, nothing for ${time(pause * 1e6)} at worst.`;
}

function slots({ gap, packets, bytes }: Slot): string {
  const wait =
    gap.kind === 'uniform'
      ? gap.maxNs > gap.minNs
        ? `${time(gap.minNs)} to ${time(gap.maxNs)}`
        : time(gap.minNs)
      : `${time(gap.delayNs)} by table ${gap.distribution.name}, scaled by ${time(gap.jitterNs)}`;
  const most = [packets > 0 && `${formatCount(packets)} packets`, bytes > 0 && formatBytes(bytes)].filter(Boolean);
  return `Packets leave in bunches, one after a wait of ${wait}${most.length > 0 ? `, of at most ${most.join(' or ')}` : ''}.`;
}

function bucket({ rateBps, burstBytes, peakRateBps, mtuBytes, overheadBytes, mpuBytes }: Tbf): string {
  const peak = peakRateBps === undefined ? '' : `, the burst itself at ${formatBitRate(peakRateBps)} at most`;
  const largest = Math.min(burstBytes, peakRateBps === undefined ? burstBytes : (mtuBytes ?? burstBytes));
  const charged = [overheadBytes && `${overheadBytes} bytes more`, mpuBytes && `at least ${mpuBytes} bytes`].filter(
    Boolean,
  );
  return (
    `A token bucket lets ${formatBitRate(rateBps)} pass over time, after a pause ${formatBytes(burstBytes)} at once${peak}` +
    `${charged.length > 0 ? `; every packet counts ${charged.join(' and ')}` : ''}; packets above ${formatBytes(largest)} are dropped.`
  );
}
