import { expect, test } from 'vitest';
import { filesFirst, hostsWithEnds } from '../../src/lab/names.ts';

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
