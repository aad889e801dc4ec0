import { expect, test } from 'vitest';
import type { Address } from '../../../src/io/address.ts';
import { Ports } from '../../../src/io/sim/ports.ts';
import type { SimSocket } from '../../../src/io/sim/socket.ts';

const HOST = '10.0.0.1';
const REMOTE = { host: '10.0.0.2', port: 9 };
/** Ports look at nothing of a socket. */
const socket = (): SimSocket => ({}) as SimSocket;
const portOf = (bound: Address | Error): number | undefined => (bound instanceof Error ? undefined : bound.port);
const codeOf = (bound: Address | Error): string | undefined => (bound as NodeJS.ErrnoException).code;

test('ephemeral ports are given out one after the other, all of them once, then those that are free again', () => {
  const ports = new Ports(HOST);
  const sockets = new Map<number | undefined, SimSocket>();
  for (let i = 49_152; i < 65_536; i++) {
    const one = socket();
    sockets.set(portOf(ports.bind(one, {})), one);
  }
  expect([...sockets.keys()]).toEqual(Array.from({ length: 16_384 }, (_, i) => 49_152 + i));
  expect(codeOf(ports.bind(socket(), {}))).toBe('EADDRINUSE');
  ports.release(50_000, sockets.get(50_000) as SimSocket);
  const heir = socket();
  expect(ports.bind(heir, {})).toEqual({ host: '0.0.0.0', port: 50_000 });
  expect(ports.at(50_000)).toBe(heir);
});

test('one of the host’s addresses is bound, and who is connected has the one that it sends from', () => {
  const bind = (host: string, options: object): Address | Error => new Ports(host).bind(socket(), options);
  const at = (host: string) => ({ local: { host, port: 5000 } });
  expect(bind(HOST, at(HOST))).toEqual({ host: HOST, port: 5000 });
  expect(bind(HOST, at('0.0.0.0'))).toEqual({ host: '0.0.0.0', port: 5000 });
  expect(bind(HOST, { ...at('0.0.0.0'), remote: REMOTE })).toEqual({ host: HOST, port: 5000 });
  expect(bind(HOST, { remote: REMOTE })).toEqual({ host: HOST, port: 49_152 });
  expect(bind('2001:db8::1', {})).toEqual({ host: '::', port: 49_152 });
  for (const foreign of ['10.0.0.2', '127.0.0.1', '::']) expect(codeOf(bind(HOST, at(foreign)))).toBe('EADDRNOTAVAIL');
});

test('only the one who is bound gives a port up', () => {
  const ports = new Ports(HOST);
  const [first, second] = [socket(), socket()];
  const local = { host: HOST, port: 7 };
  ports.bind(first, { local });
  expect(codeOf(ports.bind(second, { local }))).toBe('EADDRINUSE');
  ports.release(7, second);
  expect(ports.at(7)).toBe(first);
  ports.release(7, first);
  expect(ports.at(7)).toBeUndefined();
});
