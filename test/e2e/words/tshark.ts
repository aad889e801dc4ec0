import { execute } from '../cli.ts';

/** Frames of a capture that a display filter takes (wireshark-filter(4)). */
export async function matching(path: string, filter: string): Promise<number> {
  const { code, stdout, stderr } = await execute('tshark', [
    '-n',
    '-r',
    path,
    '-Y',
    filter,
    '-T',
    'fields',
    '-e',
    'frame.len',
  ]);
  if (code !== 0) throw new Error(`tshark: ${stderr}`);
  return stdout.split('\n').length - 1;
}
