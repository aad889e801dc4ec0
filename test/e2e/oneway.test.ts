import { afterEach, describe, expect, test } from 'vitest';
import { program } from '../requirements.ts';
import { CLI, execute, netduel, type Running, start } from './cli.ts';

const python3 = program('python3');

/** Written without a look at ours: what the exercise hands out. */
const PYTHON = {
  tcpReader: `
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), timeout=20)
while True:
    data = s.recv(7)
    if not data: break
    sys.stdout.buffer.write(data)
`,
  tcpServer: `
import socket, sys
l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen()
print('port', l.getsockname()[1], file=sys.stderr, flush=True)
c, _ = l.accept()
for part in (b'gr\\xc3', b'\\xbc\\xc3\\x9fe ', b'x' * 200000, b'\\n'): c.sendall(part)
c.close()
`,
  udpReader: `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20)
s.sendto(b'anybody there?', ('127.0.0.1', int(sys.argv[1])))
sys.stdout.buffer.write(s.recvfrom(2000)[0])
`,
  udpServer: `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', 0))
print('port', s.getsockname()[1], file=sys.stderr, flush=True)
_, who = s.recvfrom(2000)
s.sendto(b'good morning', who)
`,
} as const;

const running: Running[] = [];
afterEach(async () => {
  for (const { pid, ended } of running.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
    await ended;
  }
});

/** One that says its port on stderr. */
async function serving(command: string, args: readonly string[]): Promise<{ port: string; server: Running }> {
  const server = start(command, args);
  running.push(server);
  const [, port = ''] = await server.until(/port (\d+)\b/);
  return { port, server };
}

const serve = (...args: string[]) => serving(process.execPath, [CLI, 'oneway', 'serve', '--port', '0', ...args]);

describe('serve', () => {
  test.for([
    ['tcp', PYTHON.tcpReader],
    ['udp', PYTHON.udpReader],
  ])(
    '%s is read by plain Python, caller after caller, until Ctrl-C',
    async ([transport = '', reader = ''], context) => {
      await python3(context);
      const text = 'gr\u00fc\u00dfe ohne Ende';
      const { port, server } = await serve('--transport', transport, '--text', text);
      for (let i = 0; i < 2; i++) {
        expect(await execute('python3', ['-c', reader, port])).toEqual({ code: 0, stdout: text, stderr: '' });
      }
      process.kill(server.pid, 'SIGINT');
      const { code, stdout, stderr } = await server.ended;
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(stderr).toMatch(/greeting who calls at 127\.0\.0\.1 port \d+ .*\n.*2 greetings sent\n$/);
    },
  );

  test('a port that is taken is refused in words', async () => {
    const { port } = await serve();
    const { code, stderr } = await netduel(['oneway', 'serve', '--port', port]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^netduel: cannot serve at 127\.0\.0\.1 port \d+: .*EADDRINUSE; try another --port.*\n$/);
  });
});

describe('read', () => {
  test('tcp: all that plain Python sends, to the byte', async (context) => {
    await python3(context);
    const { port } = await serving('python3', ['-c', PYTHON.tcpServer]);
    const { code, stdout, stderr } = await netduel(['oneway', 'read', '--port', port]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout === `gr\u00fc\u00dfe ${'x'.repeat(200_000)}\n`).toBe(true);
  });

  test('udp: what plain Python answers', async (context) => {
    await python3(context);
    const { port } = await serving('python3', ['-c', PYTHON.udpServer]);
    const asked = await netduel(['oneway', 'read', '--port', port, '--transport', 'udp']);
    expect(asked).toEqual({ code: 0, stdout: 'good morning', stderr: '' });
  });

  test('rudp: what our own server sends', async () => {
    const { port } = await serve('--transport', 'rudp', '--text', 'in order');
    const read = await netduel(['oneway', 'read', '--port', port, '--transport', 'rudp']);
    expect(read).toEqual({ code: 0, stdout: 'in order', stderr: '' });
  });

  test.each([
    [['--port', '1'], 2, /cannot call 127\.0\.0\.1 port 1: .*ECONNREFUSED; start 'netduel oneway serve' there/],
    [['--port', '1', '--transport', 'udp', '--timeout', '300ms'], 1, /nothing came from .* for 0\.3 s: nobody listens/],
    [['--timeout', 'soon'], 2, /--timeout soon: expected a time above 0 such as 5s/],
  ])('%j is refused in words', async (args, code, message) => {
    const outcome = await netduel(['oneway', 'read', ...args]);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr).not.toMatch(/ {4}at /);
    expect(outcome.code).toBe(code);
  });
});

test('a greeting that is no datagram is refused', async () => {
  const { code, stderr } = await netduel(['oneway', 'serve', '--transport', 'udp', '--text', 'x'.repeat(66_000)]);
  expect(stderr).toMatch(/the text has 66000 bytes, one message of udp takes 65507 there\n$/);
  expect(code).toBe(2);
});
