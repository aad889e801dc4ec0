import { luma, psnr, ssim } from '../../../metrics/picture.ts';
import type { Exhibit, Verdict } from './verdict.ts';

/** Width of what is shown at most: a page of many is not to weigh megabytes. */
const SHOWN_WIDTH = 800;
const SHOWN_QUALITY = 80;

interface Decoded {
  readonly rgb: Buffer;
  readonly width: number;
  readonly height: number;
}

type Sharp = typeof import('sharp')['default'];

/**
 * Decodes what arrived as browsers do (libjpeg-turbo, libpng): as far as it goes, holes and all.
 */
export async function judgePicture(original: Buffer, received: Buffer): Promise<Verdict> {
  const sharp = await load();
  if (!sharp) {
    return {
      exhibits: [],
      lack: {
        reason: 'the picture was not decoded: the package sharp is not installed',
        remedy: 'npm install sharp, where npm left out this optional package',
      },
    };
  }
  const sent = await decode(sharp, original);
  const shown = [await exhibit(sharp, 'original', sent)];
  if (original.equals(received)) return { ssim: 1, exhibits: [...shown, { ...shown[0], name: 'received' }] };
  let came: Decoded;
  try {
    came = await decode(sharp, received);
    if (came.width !== sent.width || came.height !== sent.height) throw new Error('its size has changed');
  } catch (error) {
    return {
      exhibits: shown,
      lack: {
        reason: `no picture can be made of what arrived: ${(error as Error).message.trim().split('\n')[0]}`,
        remedy: 'its first bytes, which say how to decode the others, are most likely among the holes',
      },
    };
  }
  const decibels = psnr(sent.rgb, came.rgb);
  return {
    ...(Number.isFinite(decibels) ? { psnrDb: decibels } : {}),
    ssim: ssim(luma(sent.rgb), luma(came.rgb), sent.width, sent.height),
    exhibits: [...shown, await exhibit(sharp, 'received', came)],
  };
}

/** It brings a library of its own, so it is loaded when there is something to decode only, and may be missing. */
async function load(): Promise<Sharp | undefined> {
  try {
    return (await import('sharp')).default;
  } catch {
    return undefined;
  }
}

async function decode(sharp: Sharp, file: Buffer): Promise<Decoded> {
  const picture = sharp(file, { failOn: 'none' }).flatten().toColourspace('srgb').raw();
  const { data, info } = await picture.toBuffer({ resolveWithObject: true });
  return { rgb: data, width: info.width, height: info.height };
}

async function exhibit(sharp: Sharp, name: Exhibit['name'], { rgb, width, height }: Decoded): Promise<Exhibit> {
  const picture = sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize({ width: SHOWN_WIDTH, withoutEnlargement: true })
    .jpeg({ quality: SHOWN_QUALITY });
  return { name, type: 'image/jpeg', base64: (await picture.toBuffer()).toString('base64') };
}
