import { endianness } from 'node:os';
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

/**
 * The one file that declares foreign functions. Pointers are plain numbers (user-space addresses fit in 48 bits), so that
 * a call converts and allocates nothing. Layouts and constants are those of 64-bit little-endian Linux (x86-64, arm64).
 */
if (process.platform !== 'linux' || endianness() !== 'LE' || !['x64', 'arm64'].includes(process.arch)) {
  throw new Error(
    `io/linux needs 64-bit little-endian Linux on x64 or arm64, this is ${process.platform} ${process.arch}`,
  );
}

const lib = koffi.load(null);
type Call = (...args: number[]) => number;
const declare = (signature: string): Call => lib.func(signature) as Call;

export const libc = {
  socket: declare('int socket(int domain, int type, int protocol)'),
  bind: declare('int bind(int fd, uintptr_t addr, uint32_t len)'),
  connect: declare('int connect(int fd, uintptr_t addr, uint32_t len)'),
  listen: declare('int listen(int fd, int backlog)'),
  accept4: declare('int accept4(int fd, uintptr_t addr, uintptr_t len, int flags)'),
  getsockname: declare('int getsockname(int fd, uintptr_t addr, uintptr_t len)'),
  setsockopt: declare('int setsockopt(int fd, int level, int name, uintptr_t value, uint32_t len)'),
  getsockopt: declare('int getsockopt(int fd, int level, int name, uintptr_t value, uintptr_t len)'),
  send: declare('intptr_t send(int fd, uintptr_t data, size_t len, int flags)'),
  recv: declare('intptr_t recv(int fd, uintptr_t data, size_t len, int flags)'),
  sendmmsg: declare('int sendmmsg(int fd, uintptr_t vec, uint32_t count, int flags)'),
  recvmmsg: declare('int recvmmsg(int fd, uintptr_t vec, uint32_t count, int flags, uintptr_t timeout)'),
  ppoll: declare('int ppoll(uintptr_t fds, uint64_t count, uintptr_t timeout, uintptr_t sigmask)'),
  epoll_create1: declare('int epoll_create1(int flags)'),
  epoll_ctl: declare('int epoll_ctl(int set, int operation, int fd, uintptr_t event)'),
  epoll_wait: declare('int epoll_wait(int set, uintptr_t events, int count, int timeout)'),
  /** For calls that the C library may be too old for; variadic, which makes no difference to integers on x64 and on arm64's Linux. */
  syscall: declare(
    'int64_t syscall(int64_t number, int64_t a, uintptr_t b, int64_t c, uintptr_t d, uintptr_t e, size_t f)',
  ),
  shutdown: declare('int shutdown(int fd, int how)'),
  close: declare('int close(int fd)'),
  ioctl: declare('int ioctl(int fd, uint64_t request, uintptr_t arg)'),
  clock_gettime: declare('int clock_gettime(int clock, uintptr_t time)'),
  setns: declare('int setns(int fd, int kind)'),
  mmap: declare('uintptr_t mmap(uintptr_t addr, size_t len, int prot, int flags, int fd, int64_t offset)'),
  sched_setscheduler: declare('int sched_setscheduler(int pid, int policy, uintptr_t param)'),
  prctl: declare('int prctl(int option, uint64_t a, uint64_t b, uint64_t c, uint64_t d)'),
};

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_PACKET = 17;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_SEQPACKET = 5;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_ERROR = 4;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_LINGER = 13;
export const SO_ATTACH_FILTER = 26;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const SO_TIMESTAMPNS = 35;
export const SO_MEMINFO = 55;

export const IPPROTO_IP = 0;
export const IP_MTU_DISCOVER = 10;
export const IP_MTU = 14;
export const IPPROTO_IPV6 = 41;
export const IPV6_MTU_DISCOVER = 23;
export const IPV6_MTU = 24;
export const IPV6_V6ONLY = 26;
/** Set DF and refuse what does not fit, or never set it and let routers fragment; the same numbers for IPv6. */
export const PMTUDISC_DO = 2;
export const PMTUDISC_DONT = 0;

export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const TCP_INFO = 11;
export const TCP_CONGESTION = 13;
export const TCP_NOTSENT_LOWAT = 25;

export const SOL_UDP = 17;
export const UDP_SEGMENT = 103;
export const UDP_GRO = 104;

export const SOL_PACKET = 263;
export const PACKET_RX_RING = 5;
export const PACKET_STATISTICS = 6;
export const PACKET_VERSION = 10;
export const PACKET_QDISC_BYPASS = 20;
export const PACKET_IGNORE_OUTGOING = 23;
export const TPACKET_V2 = 1;
export const TP_STATUS_KERNEL = 0;
export const TP_STATUS_USER = 1;
export const TP_STATUS_VLAN_VALID = 16;
export const ETH_P_ALL = 3;

export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;
export const MSG_TRUNC = 0x20;

export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLERR = 8;
export const POLLHUP = 16;

export const EPOLL_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;
/** The same number on every architecture. */
export const SYS_EPOLL_PWAIT2 = 441;

export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const MAP_SHARED = 1;
export const MAP_FIXED = 16;

export const CLOCK_REALTIME = 0;
export const CLONE_NEWNET = 0x4000_0000;
export const SHUT_WR = 1;
export const PR_SET_TIMERSLACK = 29;
export const SCHED_RR = 2;

export const EPERM = 1;
export const EIO = 5;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EINVAL = 22;
export const ENFILE = 23;
export const EMFILE = 24;
export const EINTR = 4;
export const ENOSYS = 38;
export const ENOBUFS = 105;
export const EPIPE = 32;
export const ECONNABORTED = 103;
export const ECONNRESET = 104;
export const ENOTCONN = 107;
export const ECONNREFUSED = 111;
export const EINPROGRESS = 115;

export const errno = (): number => koffi.errno();

/** What to do about errors whose names do not say it. EAGAIN is UDP's for what is EADDRNOTAVAIL in TCP. */
const HINTS: Readonly<Record<string, string | undefined>> = {
  EADDRNOTAVAIL: 'no free local port, or no such local address; see sysctl net.ipv4.ip_local_port_range',
  EAGAIN: 'no free local port; see sysctl net.ipv4.ip_local_port_range',
  EMFILE: 'too many open files; raise the limit: ulimit -n 65536',
  ENETUNREACH: 'no route there',
};

/** A Node-style error for the current or a given errno: `code` is the name, the message says what was being done. */
export function systemError(doing: string, number: number = errno()): NodeJS.ErrnoException {
  const code = getSystemErrorName(-number);
  const hint = HINTS[code];
  return Object.assign(new Error(`${doing}: ${code}${hint ? ` (${hint})` : ''}`), {
    code,
    errno: -number,
    syscall: doing,
  });
}

/** Throws on -1, else passes the result on. */
export function check(result: number, doing: string): number {
  if (result < 0) throw systemError(doing);
  return result;
}

/**
 * Memory that the kernel may be given addresses of: an ArrayBuffer of its own, which V8 never moves (small typed arrays
 * live on the moving heap).
 */
export function memory(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(bytes));
}

const addresses = new WeakMap<ArrayBufferLike, number>();

/** The address of a view's first byte. Looked up once per buffer: asking koffi makes a BigInt every time. */
export function addressOf(view: Uint8Array | Uint32Array): number {
  let base = addresses.get(view.buffer);
  if (base === undefined) {
    base = Number(koffi.address(view.buffer as ArrayBuffer));
    addresses.set(view.buffer, base);
  }
  return base + view.byteOffset;
}

const scratch = memory(256);
const scratchView = new DataView(scratch.buffer);
const scratchAddress = addressOf(scratch);
const SCRATCH_VALUE = 8;

export function setOption(fd: number, level: number, name: number, value: number): boolean {
  scratchView.setInt32(SCRATCH_VALUE, value, true);
  return libc.setsockopt(fd, level, name, scratchAddress + SCRATCH_VALUE, 4) === 0;
}

/** An option whose value is several ints; throws where it is refused. */
export function setOptions(fd: number, level: number, name: number, values: readonly number[]): void {
  for (const [i, value] of values.entries()) scratchView.setInt32(SCRATCH_VALUE + 4 * i, value, true);
  const done = libc.setsockopt(fd, level, name, scratchAddress + SCRATCH_VALUE, 4 * values.length);
  check(done, `setsockopt(${level}, ${name})`);
}

/** SO_LINGER on: close() waits this long, and with 0 resets the connection instead. */
export function setLinger(fd: number, seconds: number): void {
  scratchView.setInt32(SCRATCH_VALUE, 1, true);
  scratchView.setInt32(SCRATCH_VALUE + 4, seconds, true);
  libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, scratchAddress + SCRATCH_VALUE, 8);
}

export function setTextOption(fd: number, level: number, name: number, value: string): boolean {
  const { written } = new TextEncoder().encodeInto(value, scratch.subarray(SCRATCH_VALUE));
  return libc.setsockopt(fd, level, name, scratchAddress + SCRATCH_VALUE, written) === 0;
}

/** Reads up to 240 bytes of an option; the view is valid until the next call. */
export function readOption(fd: number, level: number, name: number, bytes: number): DataView {
  scratchView.setUint32(0, bytes, true);
  check(
    libc.getsockopt(fd, level, name, scratchAddress + SCRATCH_VALUE, scratchAddress),
    `getsockopt(${level}, ${name})`,
  );
  return new DataView(scratch.buffer, SCRATCH_VALUE, scratchView.getUint32(0, true));
}

export const intOption = (fd: number, level: number, name: number): number =>
  readOption(fd, level, name, 4).getInt32(0, true);

/**
 * Asks for a buffer size and leaves what the kernel grants: more than net.core.[rw]mem_max only for the host's root.
 * Linux doubles what is asked for, to account for its own bookkeeping; reading back gives the doubled figure.
 */
export function setBuffer(fd: number, direction: 'send' | 'receive', bytes: number): void {
  const [force, plain] = direction === 'send' ? [SO_SNDBUFFORCE, SO_SNDBUF] : [SO_RCVBUFFORCE, SO_RCVBUF];
  if (!setOption(fd, SOL_SOCKET, force, bytes)) setOption(fd, SOL_SOCKET, plain, bytes);
}

/** One above the least, with which a run may have been started (chrt -r 1): a link must not wait for its endpoints. */
const REAL_TIME_PRIORITY = 2;

/**
 * Puts the calling thread before all that is not of real time (sched(7)). False where the
 * system does not allow it: the host's root alone may, unless RLIMIT_RTPRIO says otherwise.
 */
export function preferThread(): boolean {
  scratchView.setInt32(SCRATCH_VALUE, REAL_TIME_PRIORITY, true);
  return libc.sched_setscheduler(0, SCHED_RR, scratchAddress + SCRATCH_VALUE) === 0;
}
