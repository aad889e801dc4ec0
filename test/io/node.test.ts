import { describe } from 'vitest';
import { ioConformance } from '../../src/conformance/io.ts';
import { nodeIo } from '../../src/io/node/index.ts';
import { register } from '../conformance-cases.ts';
import { ipv6Loopback } from '../requirements.ts';

describe('io/node over IPv4', () => register(ioConformance({ makeIo: nodeIo, host: '127.0.0.1' })));
describe('io/node over IPv6', () => register(ioConformance({ makeIo: nodeIo, host: '::1' }), ipv6Loopback));
