/** NAME_MAX of Linux, less what stands behind the name while the file is not whole. */
export const PART = '.part';
const MAX_BYTES = 255 - PART.length;
const MAX_EXTENSION_BYTES = 16;
/** Devices of Windows, whatever stands behind the dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A name for a file that somebody else has named: one that stays in its folder on every system, is not hidden, and is no device.
 * Of a path what stands behind the last separator, be it of Windows; what may not be in a name becomes `_`.
 */
export function safeName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  // Buffers have no halves of characters: they become U+FFFD.
  const plain = Buffer.from(last)
    .toString()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd<>:"|?*]/gu, '_')
    .replace(/[. ]+$/, '')
    .replace(/^[. ]+/, (dots) => '_'.repeat(dots.length));
  const name = shortened(plain === '' ? 'received' : plain);
  return DEVICE.test(name) ? shortened(`_${name}`) : name;
}

/** Keeps the ending, which says what is inside. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && Buffer.byteLength(name.slice(dot)) <= MAX_EXTENSION_BYTES ? name.slice(dot) : '';
  const start = Buffer.from(name).subarray(0, MAX_BYTES - Buffer.byteLength(ending));
  // A character that was cut is no longer one.
  return (
    start
      .toString()
      .replace(/\ufffd+$/, '')
      .replace(/[. ]+$/, '') + ending
  );
}
