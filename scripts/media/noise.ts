/** Value noise on a lattice that a hash fills: the same everywhere and always. In [0, 1]. */
export function noise(x: number, y: number, seed = 0): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [smooth(x - left), smooth(y - top)];
  const upper = mix(lattice(left, top, seed), lattice(left + 1, top, seed), u);
  return mix(upper, mix(lattice(left, top + 1, seed), lattice(left + 1, top + 1, seed), u), v);
}

/** Octaves of it, each of twice the frequency and half the weight. In [0, 1]. */
export function fractal(x: number, y: number, octaves: number, seed = 0): number {
  let [sum, weights] = [0, 0];
  for (let octave = 0; octave < octaves; octave++) {
    const scale = 2 ** octave;
    sum += noise(x * scale, y * scale, seed + octave) / scale;
    weights += 1 / scale;
  }
  return sum / weights;
}

function lattice(x: number, y: number, seed: number): number {
  let hash = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

const smooth = (t: number): number => t * t * (3 - 2 * t);

export const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/** 0 below `from`, 1 above `to`, smooth between. */
export const step = (from: number, to: number, x: number): number =>
  smooth(Math.min(1, Math.max(0, (x - from) / (to - from))));
