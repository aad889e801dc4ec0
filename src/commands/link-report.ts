import { isDeepStrictEqual } from 'node:util';
import type { ResolvedLink } from '../config/links.ts';
import { describeDirection } from '../link/describe.ts';
import { effectiveProfile } from '../link/effective.ts';
import { type DirectionFigures, figuresOf, roundTripNs } from '../link/figures.ts';
import { formatProfile } from '../link/format.ts';
import { type LightLoad, lightLoad } from '../link/portrait.ts';
import { type Preset, presetNamed } from '../link/presets.ts';
import type { DirectionProfile, Profile } from '../link/profile.ts';

/** All that `netduel link show` has to say about a link. */
export interface LinkReport {
  readonly label: string;
  readonly preset?: Preset;
  /** In netduel's one spelling: as it was asked for, and with the defaults filled in. */
  readonly asked: string;
  readonly effective: string;
  readonly roundTripNs: number;
  readonly warnings: readonly string[];
  /** One, named `both directions`, where they do the same; else `up` and `down`. */
  readonly directions: readonly DirectionReport[];
}

export interface DirectionReport {
  readonly name: string;
  readonly profile: DirectionProfile;
  readonly figures: DirectionFigures;
  readonly sentences: readonly string[];
  readonly light: LightLoad;
}

/**
 * Simulates for up to some seconds, as in the lab with `seed` upwards and the next one downwards; `onStep` is called before each
 * part of it.
 */
export function reportLink(
  { label, warnings }: ResolvedLink,
  profile: Profile,
  seed: number,
  onStep: () => void,
): LinkReport {
  const effective = effectiveProfile(profile);
  const preset = presetNamed(label);
  const direction = (name: string, key: 'up' | 'down', own: number): DirectionReport => {
    onStep();
    return {
      name,
      profile: effective[key],
      figures: figuresOf(effective[key]),
      sentences: describeDirection(effective, key),
      light: lightLoad(effective[key], own),
    };
  };
  return {
    label,
    ...(preset && { preset }),
    asked: formatProfile(profile),
    effective: formatProfile(effective),
    roundTripNs: roundTripNs(effective),
    warnings,
    directions: isDeepStrictEqual(effective.up, effective.down)
      ? [direction('both directions', 'up', seed)]
      : [direction('up: client to server', 'up', seed), direction('down: server to client', 'down', seed + 1)],
  };
}
