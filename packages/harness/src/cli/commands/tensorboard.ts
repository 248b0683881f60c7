import { existsSync } from 'node:fs';
import { EXIT, interruption, usageFailure } from '../../failure.js';
import { selectReporter } from '../../progress/index.js';
import { RunDirectory } from '../../run/index.js';
import type { Command } from '../command.js';
import { outputOptions, type OutputArguments } from '../options.js';

const LAST_PORT = 65535;

interface TensorboardArguments extends OutputArguments {
  run: string;
  port: string;
  host: string;
}

/** `shaped tensorboard`: the logs of a run in TensorBoard. */
export const tensorboard: Command<TensorboardArguments> = {
  usage: 'tensorboard <run>',
  describe: 'Open the logs of a run or a sweep in TensorBoard',
  options: (yargs) =>
    outputOptions(
      yargs.positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'Directory of a run or a sweep',
      }),
    )
      .option('port', {
        type: 'string', // so that a message shows what was typed
        requiresArg: true,
        default: '6006',
        defaultDescription: '6006',
        describe: 'Port; 0 takes a free one',
        group: 'Server:',
      })
      .option('host', {
        type: 'string',
        requiresArg: true,
        default: 'localhost',
        defaultDescription: 'localhost',
        describe: 'Address to listen on',
        group: 'Server:',
      })
      .example('$0 tensorboard runs/quickstart', 'prints the address to open'),
  run: async ({ run: path, port, host, ...output }, { streams, signal }) => {
    if (!/^\d{1,5}$/.test(port) || Number(port) > LAST_PORT) {
      throw usageFailure(
        `--port: expected a whole number from 0 to ${LAST_PORT}, got ${port}. Correct it.`,
      );
    }
    const { SweepDirectory } = await import('../../sweep/sweep-directory.js');
    const isSweep = SweepDirectory.isAt(path);
    const run = isSweep ? SweepDirectory.open(path) : RunDirectory.open(path);
    if (!existsSync(run.path('tensorboard'))) {
      throw usageFailure(
        `expected logs in ${run.path('tensorboard')}, got none. Make them first: shaped ${isSweep ? 'sweep' : 'run'} --out ${path}`,
      );
    }
    const reporter = selectReporter(output, streams);
    const { launchTensorboard } = await import('../../tensorboard/index.js');
    const server = await launchTensorboard({
      // Of a sweep the curves of all jobs, and the table above them.
      logdir: isSweep ? run.path() : run.path('tensorboard'),
      port: Number(port),
      host,
      signal,
      forwardSignals: false,
      print: (line) => reporter.result(line, { line }),
    });
    const { code } = await server.exited;
    if (signal.aborted) throw interruption(signal);
    return code === 0 ? EXIT.done : EXIT.failed;
  },
};
