import yargs, { type Argv } from 'yargs';
import { EXIT } from '../failure.js';
import type { Streams } from '../progress/index.js';
import { theseVersions } from '../run/machine.js';
import type { Command, Session } from './command.js';
import * as commands from './commands/index.js';
import { ALL_CODES } from './exit-codes.js';
import { printError } from './print-error.js';
import { abortOnSignals } from './signals.js';
import { usageError } from './usage-error.js';

/** In the order of the help. */
const COMMANDS = [
  commands.run,
  commands.probe,
  commands.predict,
  commands.check,
  commands.advise,
  commands.train,
  commands.map,
  commands.sweep,
  commands.report,
  commands.tensorboard,
  commands.data,
  commands.backend,
  commands.doctor,
] as unknown as Command<unknown>[];

const nameOf = ({ usage }: Command<unknown>) => usage.split(' ')[0];

/** The command that a command line begins with. */
const commandOf = ([first]: readonly string[]) =>
  COMMANDS.find((command) => nameOf(command) === first);

/** Columns of the help: those of standard output, within what reads well; the most in a pipe. */
const HELP_COLUMNS = { least: 60, most: 100 };

/** What the words of a command line ask for. */
interface Chosen {
  command: Command<unknown>;
  args: unknown;
}

/** The long options of a command, asked of its own definition. */
function longOptions({ options }: Command<unknown>): string[] {
  const names = ['help', 'version'];
  const recorder: object = new Proxy(
    {},
    {
      get: (_target, method) => (name: string) => {
        if (method === 'option') names.push(name);
        return recorder;
      },
    },
  );
  options(recorder as Argv);
  return names;
}

/** Whether a command has a long option. */
export function hasOption(command: string, option: string): boolean {
  const named = commandOf([command]);
  return named !== undefined && longOptions(named).includes(option);
}

/**
 * The command that `argv` names with its arguments, or undefined when help or the version was
 * printed instead.
 *
 * @throws Failure (exit code 2) on unknown words, with the nearest known one
 */
async function parse(
  argv: readonly string[],
  { stdout }: { stdout: Streams['stdout'] & { columns?: number } },
): Promise<Chosen | undefined> {
  let chosen: Chosen | undefined;
  const columns = stdout.columns || HELP_COLUMNS.most; // 0 on a terminal that does not say
  const width = Math.min(HELP_COLUMNS.most, Math.max(HELP_COLUMNS.least, columns));
  const named = commandOf(argv);
  const parser = yargs()
    .scriptName('shaped')
    .locale('en')
    .usage('$0 <command>\n\nMeasure deep Transformers on text, predict them, and compare.')
    .parserConfiguration({ 'duplicate-arguments-array': true, 'boolean-negation': false })
    .strict()
    .demandCommand(1, 'Expected a command')
    .help()
    .alias('help', 'h')
    .version(theseVersions().shaped)
    .example('$0 run', 'every step, and a verdict')
    .example('$0 check --negative-control tau0', 'a wrong network, which must FAIL')
    .example('$0 run -c my.yaml --data notes/', 'another network, on your own text')
    .epilogue(`Exit codes: ${ALL_CODES}`)
    .wrap(width)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      if (error && error.name !== 'YError') throw error;
      throw usageError(
        message ?? error?.message ?? 'not understood',
        named ? `shaped ${argv[0]}` : 'shaped',
        {
          commands: COMMANDS.map(nameOf),
          options: named ? longOptions(named) : [],
        },
      );
    });
  for (const command of COMMANDS) {
    parser.command(
      command.usage,
      command.describe,
      (own) => {
        if (command.exitCodes) own.epilogue(`Exit codes: ${command.exitCodes}`);
        return command.options(own.usage(`$0 ${command.usage}\n\n${command.describe}.`));
      },
      (args) => {
        chosen = { command, args };
      },
    );
  }
  let printed = '';
  await parser.parseAsync([...argv], {}, (_error, _args, output) => {
    printed = output;
  });
  if (printed !== '') stdout.write(`${printed}\n`);
  return chosen;
}

/**
 * Runs the command that `argv` names and returns the exit code of the process. Errors are printed
 * to standard error.
 *
 * @param argv the words after `shaped`
 */
export async function main(
  argv: readonly string[] = process.argv.slice(2),
  streams: Streams = process,
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const json = argv.includes('--json');
  const say = (line: string) => void (json || streams.stderr.write(`${line}\n`));
  const { signal, release } = abortOnSignals(say, commandOf(argv)?.interrupted);
  let name = 'shaped';
  try {
    const chosen = await parse(argv, streams);
    if (chosen === undefined) return EXIT.done;
    name = `shaped ${nameOf(chosen.command)}`;
    const session: Session = { streams, env, signal, argv };
    return await chosen.command.run(chosen.args, session);
  } catch (error) {
    return printError(error, name, { stderr: streams.stderr, env, json });
  } finally {
    release();
  }
}
