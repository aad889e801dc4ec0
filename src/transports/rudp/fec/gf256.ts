/** x^8 + x^4 + x^3 + x^2 + 1 (RFC 5510, 8.1), for which x generates all numbers but 0. */
const POLYNOMIAL = 0x11d;
const ORDER = 255;

/** Powers of x, over twice the period: sums of two logarithms need no remainder. */
const powers = new Uint8Array(2 * ORDER);
const logarithms = new Uint8Array(256);
for (let exponent = 0, power = 1; exponent < ORDER; exponent++) {
  powers[exponent] = power;
  powers[exponent + ORDER] = power;
  logarithms[power] = exponent;
  power <<= 1;
  if (power > 0xff) power ^= POLYNOMIAL;
}

/** Product of two bytes in GF(2^8), where `^` is both sum and difference. */
export function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : powers[logarithms[a] + logarithms[b]];
}

/** `b` is not 0. */
export function divide(a: number, b: number): number {
  return a === 0 ? 0 : powers[logarithms[a] + ORDER - logarithms[b]];
}

/** Inverse of the n x n matrix in `matrix`, row by row, which must have one; `matrix` is destroyed. */
export function invert(matrix: Uint8Array, n: number): Uint8Array {
  const inverse = new Uint8Array(n * n);
  for (let i = 0; i < n; i++) inverse[i * n + i] = 1;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    while (matrix[pivot * n + column] === 0) pivot++;
    if (pivot !== column) {
      addRow(matrix, n, column, pivot, 1);
      addRow(inverse, n, column, pivot, 1);
    }
    const scale = divide(1, matrix[column * n + column]);
    scaleRow(matrix, n, column, scale);
    scaleRow(inverse, n, column, scale);
    for (let row = 0; row < n; row++) {
      const factor = matrix[row * n + column];
      if (row === column || factor === 0) continue;
      addRow(matrix, n, row, column, factor);
      addRow(inverse, n, row, column, factor);
    }
  }
  return inverse;
}

function addRow(matrix: Uint8Array, n: number, to: number, from: number, factor: number): void {
  for (let i = 0; i < n; i++) matrix[to * n + i] ^= multiply(factor, matrix[from * n + i]);
}

function scaleRow(matrix: Uint8Array, n: number, row: number, factor: number): void {
  for (let i = 0; i < n; i++) matrix[row * n + i] = multiply(factor, matrix[row * n + i]);
}
