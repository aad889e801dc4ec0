import { type Address, formatAddress, isUnix } from '../address.ts';
import type { Timer } from '../loop.ts';
import type { Watch } from './epoll.ts';
import * as c from './libc.ts';
import type { LinuxLoop } from './loop.ts';
import { encodeAddress, localAddress, NameBuffer } from './sockaddr.ts';

/** The kernel cuts it to net.core.somaxconn. */
const BACKLOG = 4096;
const PAUSE_NS = 100e6;
/** Nothing is wrong with the listener: the process or the machine has run out of something, which may come free. */
const EXHAUSTED: ReadonlySet<number> = new Set([c.EMFILE, c.ENFILE, c.ENOBUFS, c.ENOMEM]);

/** Accepts what connects, whatever the sockets are. */
export abstract class LinuxListener {
  local: Address | undefined;
  onOpen: () => void = () => {};
  onError: (error: Error) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  protected readonly loop: LinuxLoop;
  readonly #names = new NameBuffer();
  #fd = -1;
  #watch: Watch | undefined;
  #pause: Timer | undefined;
  /** Since a connection was last accepted. */
  #complained = false;

  /** `type`: of the sockets; `configure` is done before it is bound, and what is accepted inherits it. */
  constructor(loop: LinuxLoop, local: Address, type: number, configure: (fd: number) => void) {
    this.loop = loop;
    try {
      const name = encodeAddress(local);
      this.#fd = c.check(c.libc.socket(name.family, type | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC, 0), 'socket');
      if (name.family === c.AF_INET6) c.setOption(this.#fd, c.IPPROTO_IPV6, c.IPV6_V6ONLY, 1);
      if (!isUnix(local.host)) c.setOption(this.#fd, c.SOL_SOCKET, c.SO_REUSEADDR, 1);
      configure(this.#fd);
      c.check(c.libc.bind(this.#fd, c.addressOf(name.bytes), name.length), `bind ${formatAddress(local)}`);
      c.check(c.libc.listen(this.#fd, BACKLOG), `listen ${formatAddress(local)}`);
      const bound = localAddress(this.#fd);
      this.#watch = loop.watch(this.#fd, c.POLLIN, () => this.#accept());
      loop.defer(() => this.#opened(bound));
    } catch (error) {
      if (this.#fd >= 0) c.libc.close(this.#fd);
      this.#fd = -1;
      loop.defer(() => this.onClose(error as Error));
    }
  }

  protected abstract accepted(fd: number, remote: Address): void;

  #opened(local: Address): void {
    if (this.#fd < 0) return;
    this.local = local;
    this.onOpen();
  }

  #accept(): void {
    while (this.#fd >= 0) {
      const { address, lengthAddress } = this.#names;
      const fd = c.libc.accept4(this.#fd, address, lengthAddress, c.SOCK_NONBLOCK | c.SOCK_CLOEXEC);
      if (fd >= 0) {
        this.#complained = false;
        this.accepted(fd, this.#names.take());
        continue;
      }
      const number = c.errno();
      if (number === c.EAGAIN) return;
      // The peer was gone before we came: the next one may be fine.
      if (number === c.EINTR || number === c.ECONNABORTED) continue;
      const error = c.systemError('accept', number);
      if (!EXHAUSTED.has(number)) return this.#finish(error);
      return this.#rest(error);
    }
  }

  /** Who waits stays in the backlog; to try at every turn would hold the loop. Said once until it is over. */
  #rest(error: Error): void {
    if (this.#watch) this.#watch.events = 0;
    this.#pause ??= this.loop.timer(() => {
      if (this.#watch) this.#watch.events = c.POLLIN;
    });
    this.#pause.arm(this.loop.now() + PAUSE_NS);
    if (this.#complained) return;
    this.#complained = true;
    this.onError(error);
  }

  close(): void {
    if (this.#fd >= 0) this.#finish();
  }

  #finish(error?: Error): void {
    this.#pause?.cancel();
    this.#watch?.close();
    this.#watch = undefined;
    c.libc.close(this.#fd);
    this.#fd = -1;
    this.loop.defer(() => this.onClose(error));
  }
}
