/** Where the files that a link profile names (traces, tables) are read from; `link` itself does no input or output. */
export interface ProfileFiles {
  /** The text of the file. Throws when it cannot be read. */
  read(path: string): string;
}
