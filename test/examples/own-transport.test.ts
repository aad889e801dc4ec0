import { describe } from 'vitest';
import { udpBuffer } from '../../examples/own-transport.config.ts';
import { transportConformance } from '../../src/conformance/transport.ts';
import { nodeIo } from '../../src/io/node/index.ts';
import { register } from '../conformance-cases.ts';
import { linuxIo } from '../linux-io.ts';
import { linuxSystemCalls } from '../requirements.ts';

describe("the example's transport", () => {
  const on = (makeIo: typeof nodeIo) => transportConformance({ makeIo, transport: udpBuffer, host: '127.0.0.1' });
  describe('over io/node', () => register(on(nodeIo)));
  describe('over io/linux', () => register(on(linuxIo), linuxSystemCalls));
});
