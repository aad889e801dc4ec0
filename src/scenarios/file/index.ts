import { statSync } from 'node:fs';
import { pathOf } from '../../apps/file/shipped.ts';
import type { Scenario } from '../scenario.ts';
import { type FileParams, fileParams } from './params.ts';
import { FileReceiver } from './receiver.ts';
import { FileSender } from './sender.ts';
import { summariseFile } from './summarise.ts';

/** A file from client to server: how long it takes, what of it arrives, and how that looks. */
export const file: Scenario<FileParams> = {
  name: 'file',
  summary: 'a file: how long it takes; without reliability what is missing, and how a picture or a clip looks then',
  params: fileParams,
  plan: ({ path, size, rate }, { timeoutSeconds }) => ({
    // All of it counts, from the first byte on.
    warmup: false,
    seconds: timeoutSeconds,
    totalBytes: statSync(pathOf(path)).size,
    messageBytes: size,
    ...(typeof rate === 'number' ? { offeredBps: rate } : {}),
  }),
  client: (context) => new FileSender(context),
  server: (context) => new FileReceiver(context),
  summarise: summariseFile,
};
