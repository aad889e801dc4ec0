import type { CommandModule } from 'yargs';

export const listCommand: CommandModule = {
  command: 'list',
  describe: 'list transports, scenarios, link words and presets, with their options',
  builder: (yargs) =>
    yargs
      .option('links', { type: 'boolean', default: false, describe: 'the presets of --link, in words and numbers' })
      .option('json', { type: 'boolean', default: false, describe: 'machine-readable' })
      .example([
        ['$0 list', 'what can stand behind --transport, --scenario and --link'],
        ['$0 list --links', 'presets: rate, round trip, loss, queue'],
      ]),
  handler: async (parsed) => {
    const { outputStyle } = await import('./style.ts');
    const json = parsed['json'] === true;
    const print = (text: string): boolean => process.stdout.write(`${text}\n`);
    if (parsed['links'] === true) {
      const { describePresets, presetsJson } = await import('./link-list.ts');
      print(json ? JSON.stringify(presetsJson(), null, 2) : describePresets(outputStyle(process.stdout)));
      return;
    }
    const { catalogue, describeCatalogue } = await import('./catalogue.ts');
    print(json ? JSON.stringify(catalogue(), null, 2) : describeCatalogue(outputStyle(process.stdout)));
  },
};
