import { fractal, mix, noise, step } from './noise.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** Height of the horizon above the bottom of a scene whose height is 1. */
const WATER = 0.42;
const SUN = { x: 0.98, y: 0.6, radius: 0.045 };
const TOWER = { x: 0.3, base: 0.3, top: 0.8, width: 0.035 };

/**
 * A lake at sunset as a camera sees it at `seconds`: smooth sky, soft clouds, sharp ridges, glittering water, a striped
 * lighthouse, a boat, and grass of fine detail. `x` to the right, `y` upwards, in heights of the scene. Colours in [0, 1].
 */
export function scene(x: number, y: number, seconds: number): Colour {
  const pan = x + 0.05 * seconds;
  return near(pan, y, seconds) ?? boat(pan, y, seconds) ?? (y > WATER ? far(pan, y, seconds) : lake(pan, y, seconds));
}

function far(x: number, y: number, seconds: number): Colour {
  const shore = WATER + 0.02 + 0.05 * fractal(x * 3.1, 0, 5, 11);
  if (y < shore) return shade([0.09, 0.13, 0.12], 0.6 + 0.8 * fractal(x * 60, y * 90, 3, 5));
  const front = WATER + 0.03 + 0.24 * fractal(x * 1.7, 0, 6, 3);
  if (y < front) return blend(rock(x, y, front, [0.24, 0.22, 0.3]), [0.7, 0.5, 0.45], 0.25);
  const back = WATER + 0.12 + 0.3 * fractal(x * 0.9 + 4, 0, 6, 7);
  if (y < back) return blend(rock(x, y, back, [0.42, 0.36, 0.46]), [0.85, 0.6, 0.5], 0.55);
  return sky(x, y, seconds);
}

/** Lit from the right, with snow near the ridge. */
function rock(x: number, y: number, ridge: number, colour: Colour): Colour {
  const light = fractal(x * 9 + y * 5, y * 14, 6, 21) - fractal(x * 9 + y * 5 + 0.25, y * 14, 6, 21);
  const snow = step(0.07, 0.02, ridge - y + 0.08 * (noise(x * 25, y * 25, 9) - 0.3));
  return shade(blend(colour, [0.92, 0.88, 0.92], 0.8 * snow), 0.85 + 2.2 * light);
}

function sky(x: number, y: number, seconds: number): Colour {
  const height = (y - WATER) / (1 - WATER);
  const base = blend(
    [0.98, 0.68, 0.38],
    blend([0.85, 0.5, 0.5], [0.16, 0.27, 0.52], step(0.3, 1, height)),
    step(0, 0.6, height),
  );
  const distance = Math.hypot(x - SUN.x, y - SUN.y);
  const glow = blend(base, [1, 0.88, 0.6], 0.75 * Math.exp(-distance * 7));
  const lit = blend(glow, [1, 0.97, 0.85], step(SUN.radius, SUN.radius - 0.004, distance));
  const cloud = step(0.5, 0.8, fractal(x * 2.2 + 0.03 * seconds, y * 6, 6, 31));
  return blend(lit, blend([1, 0.82, 0.7], [0.5, 0.42, 0.52], step(0.3, 0.9, height)), 0.8 * cloud);
}

/** The far side upside down, bent by waves that grow towards the shore. */
function lake(x: number, y: number, seconds: number): Colour {
  const depth = WATER - y;
  const waves = noise(x * 14 + seconds, (110 * y) / (0.4 + 6 * depth) + 2 * seconds, 41) - 0.5;
  const mirrored = far(x + 0.04 * waves * (0.2 + depth), WATER + depth * 0.95 + 0.16 * waves * (0.05 + depth), seconds);
  const glitter = step(0.75, 0.95, noise(x * 50, (220 * y) / (0.3 + 3 * depth) + 5 * seconds, 43));
  const sunlit = Math.exp(-(((x - SUN.x) / (0.05 + 0.4 * depth)) ** 2));
  return blend(blend(mirrored, [0.1, 0.2, 0.3], 0.35), [1, 0.9, 0.7], 0.9 * glitter * sunlit);
}

function boat(x: number, y: number, seconds: number): Colour | undefined {
  const [right, up] = [x - 0.72 - 0.07 * seconds, y - 0.33 - 0.003 * Math.sin(2 * seconds)];
  if (up > -0.018 && up < 0 && Math.abs(right) < 0.055 + up) return up > -0.006 ? [0.9, 0.88, 0.84] : [0.45, 0.12, 0.1];
  if (up >= 0 && up < 0.16 && Math.abs(right) < 0.0018) return [0.2, 0.14, 0.1];
  if (up > 0.012 && up < 0.15 && right > 0.004 && right < 0.05 * (1 - up / 0.155))
    return shade([0.97, 0.95, 0.9], 1 - 2 * right);
  if (up > 0.012 && up < 0.13 && right < -0.004 && right > -0.04 * (1 - up / 0.135)) return [0.85, 0.3, 0.2];
  return undefined;
}

function near(x: number, y: number, seconds: number): Colour | undefined {
  const wind = 0.003 * Math.sin(3 * seconds + 9 * x);
  const bank = 0.1 + 0.24 * step(0.75, -0.1, x) + 0.03 * fractal(x * 4, 0, 4, 51);
  if (y < bank + 0.014 * noise((x + wind) * 320, 0, 53)) return grass(x + wind, y, bank);
  return tower(x, y);
}

function grass(x: number, y: number, bank: number): Colour {
  const blades = noise(x * 240, y * 45, 55) * 0.6 + noise(x * 120 + y * 20, y * 30, 57) * 0.4;
  const flower = noise(x * 90, y * 90, 59) > 0.93 ? 1 : 0;
  return blend(
    shade([0.24, 0.3, 0.11], 0.45 + 1.1 * blades + 1.6 * step(0.05, 0, bank - y)),
    [0.95, 0.8, 0.25],
    flower,
  );
}

function tower(x: number, y: number): Colour | undefined {
  const { base, top, width } = TOWER;
  const right = x - TOWER.x;
  const half = width * (1.25 - 0.5 * ((y - base) / (top - base)));
  if (y > top + 0.05 && y < top + 0.085 && Math.abs(right) < (top + 0.085 - y) * 0.9) return [0.35, 0.08, 0.07];
  if (y > top && y <= top + 0.05 && Math.abs(right) < 0.02) {
    return Math.abs((Math.abs(right) % 0.01) - 0.005) < 0.0015 ? [0.15, 0.14, 0.16] : [1, 0.93, 0.65];
  }
  if (y > top - 0.008 && y <= top && Math.abs(right) < 0.034) return [0.15, 0.14, 0.16];
  if (y < base || y > top || Math.abs(right) > half) return undefined;
  const round =
    0.55 +
    0.45 * Math.sin(Math.acos(Math.max(-1, Math.min(1, -right / half))) * 0.9 + 0.3) * (0.7 + (0.3 * right) / half);
  const window = Math.abs(right + 0.004) < 0.006 && (y - base) % 0.15 > 0.1 && (y - base) % 0.15 < 0.125;
  if (window) return [0.1, 0.1, 0.14];
  return shade(Math.floor((y - base) * 11) % 2 === 0 ? [0.95, 0.93, 0.9] : [0.8, 0.16, 0.13], round);
}

const blend = (a: Colour, b: Colour, share: number): Colour => [
  mix(a[0], b[0], share),
  mix(a[1], b[1], share),
  mix(a[2], b[2], share),
];

const shade = (colour: Colour, light: number): Colour => blend([0, 0, 0], colour, light);
