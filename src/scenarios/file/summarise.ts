import type { Verdict } from '../../apps/file/judge/verdict.ts';
import type { Flag, LinkAccount, Metrics } from '../../record/schema.ts';
import type { Finished, Summary } from '../scenario.ts';
import { accountMetrics, carriedBytes, socketDropsOf, transportMetrics } from '../stream/account-metrics.ts';
import { generatorLimited, socketDropped, windowLimited } from '../stream/doubts.ts';
import type { FileParams } from './params.ts';
import type { ReceiverResult } from './receiver.ts';
import type { SenderResult } from './sender.ts';

export function summariseFile({ client, server, link }: Finished<FileParams>): Summary {
  const [sender, receiver] = [client as SenderResult, server as ReceiverResult];
  const drops = socketDropsOf(receiver, link?.up);
  const { verdict } = receiver;
  const slots = receiver.account.sent + sender.missed;
  return {
    metrics: {
      ...volume(sender, receiver, link),
      ...accountMetrics(receiver.account),
      ...transportMetrics(sender, receiver),
      ...(drops === undefined ? {} : { socket_drops: drops }),
      ...intactness(sender, receiver),
      ...(verdict ? quality(verdict) : {}),
    },
    flags: [
      ...generatorLimited(sender.missed, slots),
      ...socketDropped(drops ?? 0),
      ...windowLimited(sender.after),
      ...undecoded(verdict),
    ],
    attachments: verdict?.exhibits ?? [],
  };
}

/** From the first message handed to the transport to the last one delivered, or handed over where that was later. */
function volume(sender: SenderResult, receiver: ReceiverResult, link?: LinkAccount): Metrics {
  const { startedAt, finishedAt } = sender;
  const seconds = (Math.max(receiver.lastArrival, finishedAt) - startedAt) / 1e9;
  const sending = (finishedAt - startedAt) / 1e9;
  return {
    duration_s: seconds,
    ...(seconds > 0 ? { goodput_bps: (receiver.bytes * 8) / seconds } : {}),
    ...(sending > 0 ? { offered_bps: (sender.bytes * 8) / sending } : {}),
    ...(receiver.account.lost === 0 ? { completion_s: (receiver.lastArrival - startedAt) / 1e9 } : {}),
    messages_missed: sender.missed,
    ...(link && seconds > 0 ? { wire_bps: (link.up.windowBytesIn * 8) / seconds } : {}),
    ...(link && receiver.bytes > 0
      ? { overhead_ratio: (carriedBytes(link.up) + carriedBytes(link.down)) / receiver.bytes - 1 }
      : {}),
  };
}

const intactness = (sender: SenderResult, { bytes, holes, sha256 }: ReceiverResult): Metrics => ({
  intact_ratio: bytes / sender.bytes,
  file_bytes: sender.bytes,
  file_sha256_equal: sha256 === sender.sha256 ? 1 : 0,
  file_holes: holes.count,
  file_longest_hole_bytes: holes.longestBytes,
});

function quality({ psnrDb, ssim, framesRatio }: Verdict): Metrics {
  const known = { file_psnr_db: psnrDb, file_ssim: ssim, file_frames_ratio: framesRatio };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

const undecoded = (verdict: Verdict | undefined): Flag[] =>
  verdict?.lack ? [{ name: 'not-decoded', ...verdict.lack }] : [];
