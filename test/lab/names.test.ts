import { expect, test } from 'vitest';
import { filesFirst, folderToCover, hostsWithEnds } from '../../src/lab/names.ts';

test('the ends come before whatever the host calls so', () => {
  const hosts = '127.0.0.1 localhost\n10.0.0.7 server\n';
  expect(hostsWithEnds(hosts)).toBe(
    '198.18.0.1 client\n2001:2::1 client\n198.18.0.2 server\n2001:2::2 server\n127.0.0.1 localhost\n10.0.0.7 server\n',
  );
});

test.each([
  [
    'hosts: mymachines resolve [!UNAVAIL=return] files dns',
    'hosts: files mymachines resolve [!UNAVAIL=return] files dns',
  ],
  ['hosts:\t\tdns', 'hosts:\t\tfiles dns'],
  ['hosts:dns', 'hosts:files dns'],
  ['hosts:          files dns', 'hosts:          files dns'],
  ['passwd: files\n#hosts: dns\nhosts: dns\n', 'passwd: files\n#hosts: dns\nhosts: files dns\n'],
  ['passwd: compat\n', 'passwd: compat\n'],
])('files are asked first: %s', (given, wanted) => {
  expect(filesFirst(given)).toBe(wanted);
});

test.each<[string, string, string[], string]>([
  ['the first', '/usr/bin:/tmp/bin', ['/mnt', '/tmp'], '/mnt'],
  ['what is not there is not', '/usr/bin', ['/tmp'], '/tmp'],
  ['programs stay in sight', '/mnt/tools/bin:/bin', ['/mnt', '/tmp'], '/tmp'],
  ['a folder of PATH itself', '/mnt/', ['/mnt', '/tmp'], '/tmp'],
  ['a name that begins alike', '/mnt2/bin', ['/mnt', '/tmp'], '/mnt'],
  ['else the last', '/mnt/bin:/tmp/bin', ['/mnt', '/tmp'], '/tmp'],
])('a folder to cover: %s', (_, path, there, wanted) => {
  expect(folderToCover(path, (folder) => there.includes(folder), ['/mnt', '/srv', '/tmp'])).toBe(wanted);
});
