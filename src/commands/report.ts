import type { CommandModule } from 'yargs';

export const reportCommand: CommandModule = {
  command: 'report <dir..>',
  describe: 'make the tables, charts and report of finished runs anew from their run.json',
  builder: (yargs) =>
    yargs
      .positional('dir', { type: 'string', array: true, demandOption: true, describe: 'results folder of a run' })
      .example('$0 report results/20260101-120000-abc', 'after an update of netduel, or a run that was cut off'),
  handler: async (parsed) => {
    const { analyse } = await import('../report/analyse.ts');
    const { loadRun } = await import('../report/store.ts');
    const { writeReport } = await import('../report/write.ts');
    const { resultText } = await import('./result-text.ts');
    const { outputStyle } = await import('./style.ts');
    for (const dir of parsed['dir'] as string[]) {
      const record = await loadRun(dir);
      await writeReport(record, dir);
      process.stdout.write(`${resultText(analyse(record), outputStyle(process.stdout))}\n`);
      process.stderr.write(`report: ${dir}/report.html\n`);
    }
  },
};
