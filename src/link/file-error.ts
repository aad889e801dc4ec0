/** The file that a link profile names is not what it should be; the message names the line and what would do. */
export class FileError extends Error {
  override name = 'FileError';
}
