import { type Address, formatAddress, isUnix } from '../address.ts';
import type { StreamInfo, StreamListener, StreamOptions, StreamSocket } from '../stream.ts';
import type { Watch } from './epoll.ts';
import * as c from './libc.ts';
import { LinuxListener } from './listener.ts';
import type { LinuxLoop } from './loop.ts';
import { backlogFull, Retry } from './retry.ts';
import { encodeAddress, localAddress } from './sockaddr.ts';
import { parseTcpInfo, TCP_INFO_BYTES } from './tcp-info.ts';

const STREAM = c.SOCK_STREAM | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC;

function configure(fd: number, tcp: boolean, options: StreamOptions): void {
  const { receiveBufferBytes, sendBufferBytes } = options;
  if (tcp) configureTcp(fd, options);
  if (receiveBufferBytes) c.setBuffer(fd, 'receive', receiveBufferBytes);
  if (sendBufferBytes) c.setBuffer(fd, 'send', sendBufferBytes);
}

function configureTcp(fd: number, { nodelay, congestionControl, unsentLimitBytes }: StreamOptions): void {
  c.setOption(fd, c.IPPROTO_TCP, c.TCP_NODELAY, nodelay === false ? 0 : 1);
  if (congestionControl && !c.setTextOption(fd, c.IPPROTO_TCP, c.TCP_CONGESTION, congestionControl)) {
    throw c.systemError(`congestion control '${congestionControl}' is not available to this process`);
  }
  if (unsentLimitBytes) c.setOption(fd, c.IPPROTO_TCP, c.TCP_NOTSENT_LOWAT, unsentLimitBytes);
}

export class LinuxStreamSocket implements StreamSocket {
  local: Address | undefined;
  remote: Address | undefined;
  onOpen: () => void = () => {};
  onReadable: () => void = () => {};
  onWritable: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  #fd = -1;
  #watch: Watch | undefined;
  readonly #loop: LinuxLoop;
  readonly #tcp: boolean;
  #connecting: boolean;
  #again: Retry | undefined;
  /** The peer's last byte was read. */
  #ended = false;
  /** `end()` was called. */
  #endSent = false;
  /** As last told. */
  #info: StreamInfo | undefined;
  #settings: Record<string, string | number | boolean> | undefined;

  private constructor(loop: LinuxLoop, remote: Address, tcp: boolean, connecting: boolean) {
    this.#loop = loop;
    this.remote = remote;
    this.#tcp = tcp;
    this.#connecting = connecting;
  }

  static accepted(loop: LinuxLoop, fd: number, remote: Address): LinuxStreamSocket {
    const socket = new LinuxStreamSocket(loop, remote, !isUnix(remote.host), false);
    socket.local = localAddress(fd);
    socket.#adopt(fd, c.POLLIN);
    return socket;
  }

  static connecting(loop: LinuxLoop, remote: Address, options: StreamOptions): LinuxStreamSocket {
    const socket = new LinuxStreamSocket(loop, remote, !isUnix(remote.host), true);
    socket.#connect(remote, options);
    return socket;
  }

  #adopt(fd: number, events: number): void {
    this.#fd = fd;
    this.#watch = this.#loop.watch(fd, events, (ready) => this.#onEvents(ready));
  }

  #connect(remote: Address, options: StreamOptions): void {
    let fd = -1;
    try {
      const name = encodeAddress(remote);
      fd = c.check(c.libc.socket(name.family, STREAM, 0), 'socket');
      configure(fd, this.#tcp, options);
      const result = c.libc.connect(fd, c.addressOf(name.bytes), name.length);
      if (result < 0 && c.errno() !== c.EINPROGRESS) throw c.systemError(`connect ${formatAddress(remote)}`);
      this.#adopt(fd, c.POLLOUT);
    } catch (error) {
      if (fd >= 0) c.libc.close(fd);
      if (backlogFull(remote, error)) {
        this.#again ??= new Retry(this.#loop, () => this.#connect(remote, options));
        this.#again.later();
      } else this.#loop.defer(() => this.onClose(error as Error));
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
    const error = this.#pendingError(this.remote && `connect ${formatAddress(this.remote)}`);
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
    if (this.#fd >= 0 || this.#again?.waiting) this.#finishLater();
  }

  abort(): void {
    if (this.#fd >= 0) c.setLinger(this.#fd, 0);
    this.close();
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
    // Six system calls that thousands of short connections would do for nobody.
    if (this.#info) this.info();
    if (this.#settings) this.settings();
    this.#again?.cancel();
    this.#watch?.close();
    this.#watch = undefined;
    if (this.#fd >= 0) c.libc.close(this.#fd);
    this.#fd = -1;
  }

  info(): StreamInfo | undefined {
    if (this.#fd >= 0 && !this.#connecting && this.#tcp) {
      this.#info = parseTcpInfo(c.readOption(this.#fd, c.IPPROTO_TCP, c.TCP_INFO, TCP_INFO_BYTES));
    }
    return this.#info;
  }

  settings(): Record<string, string | number | boolean> {
    if (this.#fd >= 0) {
      this.#settings = {
        ...(this.#tcp ? tcpSettings(this.#fd) : {}),
        send_buffer_bytes: c.intOption(this.#fd, c.SOL_SOCKET, c.SO_SNDBUF),
        // A unix socket has none of its own: what lies unread is held against the sender's.
        ...(this.#tcp ? { receive_buffer_bytes: c.intOption(this.#fd, c.SOL_SOCKET, c.SO_RCVBUF) } : {}),
      };
    }
    return this.#settings ?? {};
  }
}

function tcpSettings(fd: number): Record<string, string | number | boolean> {
  const name = c.readOption(fd, c.IPPROTO_TCP, c.TCP_CONGESTION, 16);
  const text = new TextDecoder().decode(new Uint8Array(name.buffer, name.byteOffset, name.byteLength));
  return {
    congestion_control: text.split('\0')[0] as string,
    nodelay: c.intOption(fd, c.IPPROTO_TCP, c.TCP_NODELAY) !== 0,
    unsent_limit_bytes: c.readOption(fd, c.IPPROTO_TCP, c.TCP_NOTSENT_LOWAT, 4).getUint32(0, true),
  };
}

/** Accepted sockets inherit what was set on it. */
export class LinuxStreamListener extends LinuxListener implements StreamListener {
  onStream: (socket: StreamSocket) => void = () => {};

  constructor(loop: LinuxLoop, local: Address, options: StreamOptions) {
    super(loop, local, c.SOCK_STREAM, (fd) => configure(fd, !isUnix(local.host), options));
  }

  protected override accepted(fd: number, remote: Address): void {
    this.onStream(LinuxStreamSocket.accepted(this.loop, fd, remote));
  }
}
