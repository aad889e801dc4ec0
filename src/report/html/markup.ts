/** HTML that may be put into a page as it is. Only this file makes it. */
export interface Markup {
  readonly markup: string;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]);

type Value = string | number | Markup | readonly Markup[];

/** Template tag: literal parts are taken as they are, every value is escaped unless it is markup already. */
export function tag(literals: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const parts = values.map((value, i) => `${text(value)}${literals[i + 1]}`);
  return { markup: literals[0] + parts.join('') };
}

function text(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'markup' in value ? value.markup : value.map((part) => part.markup).join('');
}

/** For text that a program of ours made, such as a drawing; never for anything that a user may have typed. */
export const trusted = (markup: string): Markup => ({ markup });

export const NOTHING: Markup = { markup: '' };

export interface Cell {
  readonly text: string;
  readonly number?: boolean;
  readonly strong?: boolean;
}

/** A table that scrolls sideways by itself instead of widening the page. */
export function dataTable(head: readonly Cell[], rows: readonly (readonly Cell[])[]): Markup {
  const heads = head.map((cell) => tag`<th scope="col"${className(cell)}>${cell.text}</th>`);
  const body = rows.map((row) => tag`<tr>${row.map((cell) => tag`<td${className(cell)}>${cell.text}</td>`)}</tr>\n`);
  return tag`<div class="scroll"><table><thead><tr>${heads}</tr></thead>\n<tbody>${body}</tbody></table></div>\n`;
}

function className({ number, strong }: Cell): Markup {
  const names = [number ? 'n' : '', strong ? 'best' : ''].filter((name) => name !== '');
  return names.length === 0 ? NOTHING : trusted(` class="${names.join(' ')}"`);
}

export const list = (items: readonly string[]): Markup =>
  items.length === 0 ? NOTHING : tag`<ul>${items.map((item) => tag`<li>${item}</li>`)}</ul>\n`;
