import type { RawOptions } from '../raw.ts';
import * as c from './libc.ts';

/** Classic BPF (socket(7), SO_ATTACH_FILTER; the kernel's Documentation/networking/filter.rst). */
const LOAD_X_IP_HEADER = 0xb1; // BPF_LDX | BPF_B | BPF_MSH
const SET_X = 0x01; // BPF_LDX | BPF_IMM
const LOAD_HALF_AT_X = 0x48; // BPF_LD | BPF_H | BPF_IND
const JUMP_IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K
const WHOLE = 0xffff_ffff;

/** Passes packets with these values alone. `ipHeader`: an IPv4 header stands before what the offsets count. */
export function attachFilter(fd: number, only: NonNullable<RawOptions['only']>, ipHeader: boolean): void {
  const program: (readonly [code: number, value: number, otherwise?: number])[] = [
    ipHeader ? [LOAD_X_IP_HEADER, 0] : [SET_X, 0],
    ...only.flatMap(({ offset, value }, i) => [
      [LOAD_HALF_AT_X, offset] as const,
      // Past the rest of the comparisons and the RETURN of success.
      [JUMP_IF_EQUAL, value, 2 * (only.length - 1 - i) + 1] as const,
    ]),
    [RETURN, WHOLE],
    [RETURN, 0],
  ];
  // struct sock_filter { code, jt, jf, k }, and struct sock_fprog { len, filter }.
  const bytes = c.memory(8 * program.length + 16);
  const view = new DataView(bytes.buffer);
  for (const [i, [code, value, otherwise = 0]] of program.entries()) {
    view.setUint16(8 * i, code, true);
    view.setUint8(8 * i + 3, otherwise);
    view.setUint32(8 * i + 4, value, true);
  }
  const at = 8 * program.length;
  view.setUint16(at, program.length, true);
  view.setBigUint64(at + 8, BigInt(c.addressOf(bytes)), true);
  const done = c.libc.setsockopt(fd, c.SOL_SOCKET, c.SO_ATTACH_FILTER, c.addressOf(bytes) + at, 16);
  c.check(done, 'attach a filter');
}
