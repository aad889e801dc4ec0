import { spawnSync } from 'node:child_process';

type Program = 'ip' | 'tc';

function run(
  program: Program,
  args: readonly string[],
  input: string,
): { status: number | null; out: string; said: string } {
  const { error, status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (error)
    throw new Error(`cannot run ${program}(8): ${error.message}; install iproute2 and make sure that it is on PATH`);
  return { status, out: stdout, said: stderr };
}

/** Commands of ip(8) or tc(8), one after the other; throws at the first that fails, with what was said of it. */
export function batch(program: Program, commands: readonly string[]): void {
  const { status, said } = run(program, ['-batch', '-'], `${commands.join('\n')}\n`);
  if (status === 0) return;
  const failed = commands[Number(/Command failed -:(\d+)/.exec(said)?.[1] ?? 1) - 1];
  throw new Error(`'${program} ${failed}' failed: ${said.trim().split('\n')[0]}`);
}

/** Whether tc(8) and the kernel take a command. */
export const accepts = (command: string): boolean => run('tc', command.split(' '), '').status === 0;

/** The qdiscs of all interfaces with their statistics, as tc's JSON. */
export const showQdiscs = (): string => run('tc', ['-s', '-j', 'qdisc', 'show'], '').out;
