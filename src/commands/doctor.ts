import type { CommandModule } from 'yargs';

export const doctorCommand: CommandModule = {
  command: 'doctor',
  describe: 'say what this machine can do, and what to do about what it cannot',
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', default: false, describe: 'machine-readable' })
      .example('$0 doctor', 'exit code 0: everything; 3: no lab can be made here'),
  handler: async (parsed) => {
    const { examine, describeFindings } = await import('./examine.ts');
    const { outputStyle } = await import('./style.ts');
    const findings = await examine();
    const json = parsed['json'] as boolean;
    process.stdout.write(
      json ? `${JSON.stringify(findings, null, 2)}\n` : `${describeFindings(findings, outputStyle(process.stdout))}\n`,
    );
    process.exitCode = findings.some(({ state }) => state === 'missing') ? 3 : 0;
  },
};
