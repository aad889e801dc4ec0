import type { CommandModule } from 'yargs';
import { oneValue } from './one-value.ts';

const showCommand: CommandModule = {
  command: 'show <link>',
  describe: 'say what a link does: in words, in numbers, and as a chart',
  builder: (yargs) =>
    yargs
      .positional('link', {
        type: 'string',
        demandOption: true,
        describe: 'a value of --link: a preset, a profile in quotes, or a file',
      })
      .options({
        chart: {
          type: 'string',
          describe: 'draw it: FILE.svg, FILE.html, or FILE.vl.json for the Vega-Lite specification [link-NAME.svg]',
        },
        seed: { type: 'string', requiresArg: true, describe: 'of the simulation, from 0 to 4294967295 [1]' },
        json: { type: 'boolean', default: false, describe: 'machine-readable' },
      })
      .example([
        ['$0 link show lte-trace --chart', 'the preset in words, and link-lte-trace.svg'],
        ["$0 link show 'delay 20ms 5ms loss gemodel 1% 25%' --chart burst.html", 'a profile, as a page'],
      ]),
  handler: async (parsed) => {
    const { showLink } = await import('./link-show.ts');
    await showLink({
      link: String(parsed['link']),
      chart: oneValue(parsed, 'chart'),
      seed: oneValue(parsed, 'seed'),
      json: parsed['json'] === true,
    });
  },
};

export const linkCommand: CommandModule = {
  command: 'link',
  describe: 'what a link does',
  builder: (yargs) => yargs.command(showCommand).demandCommand(1, "name what to do: 'netduel link show P'"),
  handler: () => {},
};
