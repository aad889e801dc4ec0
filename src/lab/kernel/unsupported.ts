import type { DirectionProfile, Netem } from '../../link/profile.ts';

/** The words of an effective direction that no kernel's netem has, each as a user would look for it; none: it can do it all. */
export function unsupportedWords({ stages }: DirectionProfile): string[] {
  const words = stages.flatMap((stage) => (stage.kind === 'netem' ? ofNetem(stage) : []));
  // The child of a tbf is the queue before its bucket: a packet would pass it first.
  if (stages.slice(0, -1).some(({ kind }) => kind === 'tbf')) words.push('a stage behind tbf');
  // A packet that is sent ahead leaves the tree of qdiscs at once, past every child.
  if (stages.slice(0, -1).some((stage) => stage.kind === 'netem' && stage.reorder))
    words.push('a stage behind reorder');
  return [...new Set(words)];
}

function ofNetem({ queue, trace, outage, keepOrder, corrupt }: Netem): string[] {
  const words: string[] = [];
  if (queue?.discipline) words.push(`queue ... ${queue.discipline.kind}`);
  if (queue?.bytes !== undefined) words.push('queue ... bytes');
  if (queue?.ns !== undefined) words.push('queue TIME');
  if (trace) words.push('trace');
  if (outage) words.push('outage');
  if (keepOrder) words.push('keep-order');
  if (corrupt?.where === 'payload') words.push('corrupt ... payload');
  return words;
}
