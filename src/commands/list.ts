import type { CommandModule } from 'yargs';

export const listCommand: CommandModule = {
  command: 'list',
  describe: 'list transports, scenarios and link words, with their options',
  builder: (yargs) =>
    yargs
      .option('json', { type: 'boolean', default: false, describe: 'machine-readable' })
      .example('$0 list', 'what can stand behind --transport, --scenario and --link'),
  handler: async (parsed) => {
    const { catalogue, describeCatalogue } = await import('./catalogue.ts');
    const { outputStyle } = await import('./style.ts');
    const style = outputStyle(process.stdout);
    process.stdout.write(
      parsed['json'] ? `${JSON.stringify(catalogue(), null, 2)}\n` : `${describeCatalogue(style)}\n`,
    );
  },
};
