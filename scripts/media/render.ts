import { scene } from './scene.ts';

/**
 * One picture of the scene: red, green, blue, a byte each, row by row. A pixel is the mean of `places` x `places` within it, so
 * that edges are not jagged.
 */
export function render(width: number, height: number, seconds: number, places: number): Uint8Array {
  const within = Array.from({ length: places }, (_, i) => (i + 0.5) / places);
  const pixels = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const sum = [0, 0, 0];
      for (const down of within) {
        for (const right of within) {
          const colour = scene((column + right) / height, 1 - (row + down) / height, seconds);
          colour.forEach((value, i) => {
            sum[i] += value;
          });
        }
      }
      const at = 3 * (row * width + column);
      sum.forEach((value, i) => {
        pixels[at + i] = Math.round(Math.min(1, Math.max(0, value / places ** 2)) * 255);
      });
    }
  }
  return pixels;
}
