import type { Address } from '../address.ts';
import type { StreamInfo, StreamListener, StreamOptions, StreamSocket } from '../stream.ts';
import type { Watch } from './epoll.ts';
import * as c from './libc.ts';
import type { LinuxLoop } from './loop.ts';
import { decodeAddress, encodeAddress, localAddress, SOCKADDR_BYTES } from './sockaddr.ts';
import { parseTcpInfo, TCP_INFO_BYTES } from './tcp-info.ts';

const BACKLOG = 4096;
const STREAM = c.SOCK_STREAM | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC;

function configure(fd: number, options: StreamOptions): void {
  c.setOption(fd, c.IPPROTO_TCP, c.TCP_NODELAY, options.nodelay === false ? 0 : 1);
  const { congestionControl, receiveBufferBytes, sendBufferBytes, unsentLimitBytes } = options;
  if (congestionControl && !c.setTextOption(fd, c.IPPROTO_TCP, c.TCP_CONGESTION, congestionControl)) {
    throw c.systemError(`congestion control '${congestionControl}' is not available to this process`);
  }
  if (unsentLimitBytes) c.setOption(fd, c.IPPROTO_TCP, c.TCP_NOTSENT_LOWAT, unsentLimitBytes);
  if (receiveBufferBytes) c.setBuffer(fd, 'receive', receiveBufferBytes);
  if (sendBufferBytes) c.setBuffer(fd, 'send', sendBufferBytes);
}

export class LinuxStreamSocket implements StreamSocket {
  local: Address | undefined;
  remote: Address | undefined;
  onOpen: () => void = () => {};
  onReadable: () => void = () => {};
  onWritable: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  #fd: number;
  #watch: Watch | undefined;
  readonly #loop: LinuxLoop;
  #connecting: boolean;
  /** The peer's last byte was read. */
  #ended = false;
  /** `end()` was called. */
  #endSent = false;
  #info: StreamInfo | undefined;
  #settings: Record<string, string | number | boolean> = {};

  private constructor(loop: LinuxLoop, fd: number, remote: Address, connecting: boolean) {
    this.#loop = loop;
    this.#fd = fd;
    this.remote = remote;
    this.#connecting = connecting;
    if (fd >= 0) {
      this.#watch = loop.watch(fd, connecting ? c.POLLOUT : c.POLLIN, (ready) => this.#onEvents(ready));
    }
    if (fd >= 0 && !connecting) this.local = localAddress(fd);
  }

  static accepted(loop: LinuxLoop, fd: number, remote: Address, options: StreamOptions): LinuxStreamSocket {
    try {
      configure(fd, options);
      return new LinuxStreamSocket(loop, fd, remote, false);
    } catch (error) {
      c.libc.close(fd);
      throw error;
    }
  }

  static connecting(loop: LinuxLoop, remote: Address, options: StreamOptions): LinuxStreamSocket {
    let fd = -1;
    try {
      const name = encodeAddress(remote);
      fd = c.check(c.libc.socket(name.family, STREAM, 0), 'socket');
      configure(fd, options);
      const result = c.libc.connect(fd, c.addressOf(name.bytes), name.length);
      if (result < 0 && c.errno() !== c.EINPROGRESS) throw c.systemError(`connect ${remote.host}:${remote.port}`);
      return new LinuxStreamSocket(loop, fd, remote, true);
    } catch (error) {
      if (fd >= 0) c.libc.close(fd);
      const socket = new LinuxStreamSocket(loop, -1, remote, true);
      loop.defer(() => socket.onClose(error as Error));
      return socket;
    }
  }

  #onEvents(ready: number): void {
    if (this.#connecting) return this.#connected();
    if (ready & (c.POLLIN | c.POLLHUP | c.POLLERR) && !this.#ended) this.onReadable();
    if (this.#fd >= 0 && ready & c.POLLOUT) {
      this.#want(c.POLLOUT, false);
      this.onWritable();
    }
    // Read to its end and reset since: poll would report this for ever.
    if (this.#fd >= 0 && this.#ended && ready & (c.POLLERR | c.POLLHUP)) this.#finish(this.#pendingError());
  }

  #connected(): void {
    const error = this.#pendingError(`connect ${this.remote?.host}:${this.remote?.port}`);
    if (error) return this.#finish(error);
    this.#connecting = false;
    if (this.#watch) this.#watch.events = c.POLLIN;
    this.local = localAddress(this.#fd);
    this.onOpen();
  }

  #pendingError(doing = 'stream'): Error | undefined {
    const number = c.intOption(this.#fd, c.SOL_SOCKET, c.SO_ERROR);
    return number ? c.systemError(doing, number) : undefined;
  }

  write(bytes: Uint8Array, offset: number, length: number): number {
    if (this.#fd < 0 || this.#connecting || this.#endSent || length === 0) return 0;
    const sent = c.libc.send(this.#fd, c.addressOf(bytes) + offset, length, c.MSG_DONTWAIT | c.MSG_NOSIGNAL);
    if (sent < 0) return this.#writeFailed(c.errno());
    if (sent < length) this.#want(c.POLLOUT, true);
    return sent;
  }

  #writeFailed(number: number): number {
    if (number === c.EAGAIN || number === c.EINTR) this.#want(c.POLLOUT, true);
    else this.#finishLater(c.systemError('write', number));
    return 0;
  }

  read(into: Uint8Array, offset: number, length: number): number {
    if (this.#fd < 0 || this.#connecting) return 0;
    if (this.#ended) return -1;
    if (length === 0) return 0;
    const got = c.libc.recv(this.#fd, c.addressOf(into) + offset, length, c.MSG_DONTWAIT);
    if (got > 0) return got;
    if (got === 0) {
      this.#ended = true;
      this.#want(c.POLLIN, false);
      return -1;
    }
    const number = c.errno();
    if (number !== c.EAGAIN && number !== c.EINTR) this.#finishLater(c.systemError('read', number));
    return 0;
  }

  end(): void {
    if (this.#fd < 0 || this.#connecting) return;
    this.#endSent = true;
    this.#want(c.POLLOUT, false);
    c.libc.shutdown(this.#fd, c.SHUT_WR);
  }

  close(): void {
    if (this.#fd >= 0) this.#finishLater();
  }

  abort(): void {
    if (this.#fd < 0) return;
    c.setLinger(this.#fd, 0);
    this.#finishLater();
  }

  #want(event: number, wanted: boolean): void {
    if (this.#watch) this.#watch.events = wanted ? this.#watch.events | event : this.#watch.events & ~event;
  }

  /** Out of the caller's way: no event fires inside a call of ours. */
  #finishLater(error?: Error): void {
    this.#release();
    this.#loop.defer(() => this.onClose(error));
  }

  #finish(error?: Error): void {
    this.#release();
    this.onClose(error);
  }

  #release(): void {
    if (!this.#connecting) {
      this.#info = this.info();
      this.#settings = this.settings();
    }
    this.#watch?.close();
    this.#watch = undefined;
    c.libc.close(this.#fd);
    this.#fd = -1;
  }

  info(): StreamInfo | undefined {
    if (this.#fd < 0 || this.#connecting) return this.#info;
    return parseTcpInfo(c.readOption(this.#fd, c.IPPROTO_TCP, c.TCP_INFO, TCP_INFO_BYTES));
  }

  settings(): Record<string, string | number | boolean> {
    if (this.#fd < 0) return this.#settings;
    const name = c.readOption(this.#fd, c.IPPROTO_TCP, c.TCP_CONGESTION, 16);
    const text = new TextDecoder().decode(new Uint8Array(name.buffer, name.byteOffset, name.byteLength));
    return {
      congestion_control: text.split('\0')[0],
      nodelay: c.intOption(this.#fd, c.IPPROTO_TCP, c.TCP_NODELAY) !== 0,
      send_buffer_bytes: c.intOption(this.#fd, c.SOL_SOCKET, c.SO_SNDBUF),
      receive_buffer_bytes: c.intOption(this.#fd, c.SOL_SOCKET, c.SO_RCVBUF),
      unsent_limit_bytes: c.readOption(this.#fd, c.IPPROTO_TCP, c.TCP_NOTSENT_LOWAT, 4).getUint32(0, true),
    };
  }
}

export class LinuxStreamListener implements StreamListener {
  local: Address | undefined;
  onOpen: () => void = () => {};
  onStream: (socket: StreamSocket) => void = () => {};
  onClose: (error?: Error) => void = () => {};
  #fd = -1;
  #watch: Watch | undefined;
  readonly #loop: LinuxLoop;
  readonly #options: StreamOptions;
  readonly #name = c.memory(32);

  constructor(loop: LinuxLoop, local: Address, options: StreamOptions) {
    this.#loop = loop;
    this.#options = options;
    try {
      const name = encodeAddress(local);
      this.#fd = c.check(c.libc.socket(name.family, STREAM, 0), 'socket');
      if (name.family === c.AF_INET6) c.setOption(this.#fd, c.IPPROTO_IPV6, c.IPV6_V6ONLY, 1);
      c.setOption(this.#fd, c.SOL_SOCKET, c.SO_REUSEADDR, 1);
      configure(this.#fd, options);
      c.check(c.libc.bind(this.#fd, c.addressOf(name.bytes), name.length), `bind ${local.host}:${local.port}`);
      c.check(c.libc.listen(this.#fd, BACKLOG), `listen ${local.host}:${local.port}`);
      const bound = localAddress(this.#fd);
      this.#watch = loop.watch(this.#fd, c.POLLIN, () => this.#onEvents());
      loop.defer(() => this.#opened(bound));
    } catch (error) {
      if (this.#fd >= 0) c.libc.close(this.#fd);
      this.#fd = -1;
      loop.defer(() => this.onClose(error as Error));
    }
  }

  #opened(local: Address): void {
    if (this.#fd < 0) return;
    this.local = local;
    this.onOpen();
  }

  #onEvents(): void {
    const view = new DataView(this.#name.buffer);
    while (this.#fd >= 0) {
      view.setUint32(SOCKADDR_BYTES, SOCKADDR_BYTES, true);
      const base = c.addressOf(this.#name);
      const fd = c.libc.accept4(this.#fd, base, base + SOCKADDR_BYTES, c.SOCK_NONBLOCK | c.SOCK_CLOEXEC);
      if (fd < 0) {
        const number = c.errno();
        if (number === c.EAGAIN) return;
        // The peer was gone before we came: the next one may be fine. Anything else (EMFILE) ends the listener.
        if (number === c.EINTR || number === c.ECONNABORTED) continue;
        return this.#finish(c.systemError('accept', number));
      }
      this.onStream(LinuxStreamSocket.accepted(this.#loop, fd, decodeAddress(this.#name), this.#options));
    }
  }

  close(): void {
    if (this.#fd >= 0) this.#finish();
  }

  #finish(error?: Error): void {
    this.#watch?.close();
    this.#watch = undefined;
    c.libc.close(this.#fd);
    this.#fd = -1;
    this.#loop.defer(() => this.onClose(error));
  }
}
