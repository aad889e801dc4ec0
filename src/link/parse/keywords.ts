/** A qdisc's words for its options: every spelling and the option that it stands for. */
export interface Keywords<K extends string> {
  /** In the order in which tc tries them: the first that the given word is a prefix of wins. */
  readonly abbreviable: readonly (readonly [spelling: string, keyword: K])[];
  /** These have to be written out. */
  readonly exact: readonly (readonly [spelling: string, keyword: K])[];
  /** The list that an error gives. */
  readonly accepted: string;
}

/** The option that `word` stands for; undefined when it is none. */
export function keywordOf<K extends string>({ abbreviable, exact }: Keywords<K>, word: string): K | undefined {
  const found = exact.find(([name]) => name === word) ?? abbreviable.find(([name]) => name.startsWith(word));
  return word === '' ? undefined : found?.[1];
}

export function spellingsOf({ abbreviable, exact }: Keywords<string>): string[] {
  return [...abbreviable, ...exact].map(([spelling]) => spelling);
}
