import { document } from '../../html/document.ts';
import { inlineSvg } from '../../html/drawing.ts';
import { list, type Markup, tag } from '../../html/markup.ts';

export interface LinkPage {
  readonly title: string;
  readonly summary: string;
  /** What the link does, in sentences under headings. */
  readonly sections: readonly { readonly heading: string; readonly sentences: readonly string[] }[];
  /** The profile in its own words. */
  readonly profile: string;
  readonly svg: string;
}

/** A page about one link that fetches nothing. */
export function linkPage({ title, summary, sections, profile, svg }: LinkPage): string {
  const section = ({ heading, sentences }: LinkPage['sections'][number]): Markup =>
    tag`<h2>${heading}</h2>\n${list(sentences)}`;
  const body = tag`<h1>${title}</h1>
<p class="lead">${summary}</p>
<figure><div class="card">${inlineSvg(svg, 'link')}</div></figure>
${sections.map(section)}
<h2>Profile in effect</h2>
<pre>${profile}</pre>`;
  return document(title, body);
}
