/** An array twice as long that holds `array` twice over: where its length is a power of two, a ring's entries keep their numbers. */
export function doubled<T extends Uint8Array | Uint16Array | Int32Array | Float64Array>(array: T): T {
  const twice = new (array.constructor as new (length: number) => T)(2 * array.length);
  twice.set(array);
  twice.set(array, array.length);
  return twice;
}
