import type { Analysis } from '../analyse.ts';
import { type Arrived, arrivals, type Picture } from '../arrived.ts';
import { type Markup, NOTHING, tag } from './markup.ts';

/** Pictures side by side: what was sent, and what came by each transport. Nothing where no trial left any. */
export function arrivedSection(analysis: Analysis): Markup {
  const groups = arrivals(analysis);
  if (groups.length === 0) return NOTHING;
  return tag`<h2>What arrived</h2>
<p class="how">Of every case the trial in the middle by how much of it arrived. What did not arrive is zeros, and is shown as a decoder makes
of it what it can; of a clip, the frame that suffered most.</p>
${groups.map(group)}`;
}

function group({ title, originals, cases }: Arrived): Markup {
  const sent = originals.map(({ picture, transports }) => {
    const whose = originals.length > 1 ? ` as sent by ${transports.join(', ')}` : '';
    return shown(picture, tag`<strong>original</strong>${whose}`);
  });
  const came = cases.flatMap(({ transport, trial, trials, figures, pictures }) => {
    const words = figures.map(([name, value]) => `${name} ${value}`).join(', ');
    const caption = tag`<strong>${transport}</strong> <span class="how">trial ${trial} of ${trials}</span><br>${words}`;
    if (pictures.length > 0) return pictures.map((picture) => shown(picture, caption));
    return [tag`<figure><div class="gone">nothing to see</div><figcaption>${caption}</figcaption></figure>\n`];
  });
  return tag`<h3>${title}</h3>\n<div class="pictures">${[...sent, ...came]}</div>\n`;
}

const shown = ({ name, type, base64 }: Picture, caption: Markup): Markup =>
  tag`<figure><img alt="${name}" src="data:${type};base64,${base64}"><figcaption>${caption}</figcaption></figure>\n`;
