/** Of 8-bit samples. */
const PEAK = 255;

/**
 * Peak signal-to-noise ratio in dB of two equally long rows of 8-bit samples: 10 log10(255^2 / mean squared error). Infinite
 * where they are equal.
 */
export function psnr(a: Uint8Array, b: Uint8Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i] - b[i]) ** 2;
  return 10 * Math.log10((PEAK ** 2 * a.length) / squares);
}

/** Luma of pixels of red, green and blue, a byte each (ITU-R BT.601, full range). */
export function luma(rgb: Uint8Array): Float64Array {
  const grey = new Float64Array(rgb.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    grey[i] = 0.299 * rgb[at] + 0.587 * rgb[at + 1] + 0.114 * rgb[at + 2];
  }
  return grey;
}

/** Constants of the paper: width and deviation of its window in pixels, K1 and K2. */
const WINDOW = 11;
const DEVIATION = 1.5;
const C1 = (0.01 * PEAK) ** 2;
const C2 = (0.03 * PEAK) ** 2;

/**
 * Mean structural similarity of two pictures of one value in [0, 255] a pixel, row by row: 1 where they are equal (Wang, Bovik,
 * Sheikh, Simoncelli: Image Quality Assessment: From Error Visibility to Structural Similarity, 2004). The window is the paper's, or as
 * large as the picture where that is smaller; places where it does not fit are left out, as in its authors' own program.
 */
export function ssim(a: Float64Array, b: Float64Array, width: number, height: number): number {
  const across = gaussian(Math.min(WINDOW, width));
  const down = gaussian(Math.min(WINDOW, height));
  const smooth = (value: (i: number) => number): Float64Array => blur(value, width, height, across, down);
  const meanA = smooth((i) => a[i]);
  const meanB = smooth((i) => b[i]);
  const squareA = smooth((i) => a[i] ** 2);
  const squareB = smooth((i) => b[i] ** 2);
  const product = smooth((i) => a[i] * b[i]);
  let sum = 0;
  for (let i = 0; i < meanA.length; i++) {
    const means = meanA[i] * meanB[i];
    const squares = meanA[i] ** 2 + meanB[i] ** 2;
    const variances = squareA[i] + squareB[i] - squares;
    const covariance = product[i] - means;
    sum += ((2 * means + C1) * (2 * covariance + C2)) / ((squares + C1) * (variances + C2));
  }
  return sum / meanA.length;
}

/** Weights that add up to 1. */
function gaussian(width: number): Float64Array {
  const weights = Float64Array.from({ length: width }, (_, i) => {
    const distance = i - (width - 1) / 2;
    return Math.exp(-(distance ** 2) / (2 * DEVIATION ** 2));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Weighted means over windows, wherever one fits: first along rows, then along columns. */
function blur(
  value: (i: number) => number,
  width: number,
  height: number,
  across: Float64Array,
  down: Float64Array,
): Float64Array {
  const columns = width - across.length + 1;
  const rows = height - down.length + 1;
  const lines = new Float64Array(columns * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < across.length; k++) sum += across[k] * value(row * width + column + k);
      lines[row * columns + column] = sum;
    }
  }
  const means = new Float64Array(columns * rows);
  for (let i = 0; i < means.length; i++) {
    let sum = 0;
    for (let k = 0; k < down.length; k++) sum += down[k] * lines[i + k * columns];
    means[i] = sum;
  }
  return means;
}
