import type { Hole } from '../chunk-receiver.ts';

/** What became of a file, at either end. */
export interface FileResult {
  readonly type: 'file';
  /** Where it stands: NAME, or NAME.part where something is missing; at the sender, what was sent. */
  readonly path: string;
  readonly bytes: number;
  /** Of these, those that are there. */
  readonly arrived: number;
  /** Of these, those that were there before. */
  readonly resumedFrom: number;
  /** Of what is there. */
  readonly sha256: string;
  /** `unverified`: plain bytes, of which nobody has said how many they are. */
  readonly state: 'intact' | 'incomplete' | 'unverified';
  /** How many; at the receiver also where. */
  readonly holes: number;
  readonly holesAt?: readonly Hole[];
  readonly seconds: number;
}

/** From a program to whoever runs it. */
export type TransferEvent =
  | { readonly type: 'listening'; readonly host: string; readonly port: number }
  | { readonly type: 'progress'; readonly name: string; readonly done: number; readonly total?: number }
  | { readonly type: 'note'; readonly text: string }
  | FileResult;
