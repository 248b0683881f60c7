import { resolve } from 'node:path';
import { cacheFolder } from '../../backend/native/cache-folder.js';
import { EXIT, throwIfInterrupted, usageFailure } from '../../failure.js';
import { selectReporter, type Reporter } from '../../progress/index.js';
import type { BackendName, Installation } from '../../backend/index.js';
import { nearest } from '../../config/nearest.js';
import type { Command, Session } from '../command.js';
import { BACKEND_CODES } from '../exit-codes.js';
import { outputOptions, textOption, type OutputArguments } from '../options.js';

const ACTIONS = ['list', 'install', 'use', 'bench', 'remove'] as const;
type Action = (typeof ACTIONS)[number];

interface BackendArguments extends OutputArguments {
  action: string;
  name?: string;
  gpu?: boolean;
  version?: string;
  wheel?: string;
  packages?: string;
  cache?: string;
  fresh?: boolean;
}

interface Task {
  args: BackendArguments;
  session: Session;
  reporter: Reporter;
}

/** The folder of installations that is asked for. */
const cacheOf = ({ args, session }: Task): string =>
  args.cache === undefined ? cacheFolder(session.env) : resolve(args.cache);

/** The name that was given after an action. */
function nameOf({ args }: Task, known: readonly string[]): string {
  const { action, name } = args;
  if (name !== undefined && known.includes(name)) return name;
  const near = name === undefined ? undefined : nearest(name, known);
  throw usageFailure(
    `expected ${known.join(', ')} after "shaped backend ${action}", got ${name ?? 'nothing'}.` +
      (near ? ` Did you mean ${near}?` : ` As in: shaped backend ${action} ${known[0]}`),
  );
}

const described = ({ version, variant, folder }: Installation) =>
  `TensorFlow ${version}${variant === 'gpu' ? ' with GPU' : ''} in ${folder}`;

/** What auto takes where nothing was chosen. */
const fastest = (installations: readonly Installation[]): BackendName =>
  installations.length > 0 ? 'tensorflow' : 'wasm';

async function list(task: Task): Promise<number> {
  const { listInstallations, platformProblem, readPreference, thisPlatform } =
    await import('../../backend/index.js');
  const cache = cacheOf(task);
  const installations = listInstallations(cache);
  const preference = readPreference(cache);
  const chosen = preference?.installation ?? installations[0]?.name;
  const problem = platformProblem(thisPlatform());
  const asked = task.session.env['SHAPED_BACKEND'];
  const missing = problem ? `does not run on ${problem}` : 'not installed';
  const lines = [
    ...installations.map((one) => {
      const mark = installations.length > 1 && one.name === chosen ? ' (the one that is used)' : '';
      return `tensorflow  ${described(one)}${mark}`;
    }),
    ...(installations.length === 0 ? [`tensorflow  ${missing}`] : []),
    'wasm        always there',
    'cpu         always there, a slow reference',
    `auto takes  ${preference?.backend ?? fastest(installations)}`,
    ...(asked ? [`SHAPED_BACKEND asks for ${asked}, and wins over auto`] : []),
  ];
  task.reporter.result(lines.join('\n'), { cache, installations, preference, problem });
  return EXIT.done;
}

async function install(task: Task): Promise<number> {
  const { args, session, reporter } = task;
  nameOf(task, ['tensorflow']);
  const { installTensorflow, listInstallations } = await import('../../backend/index.js');
  const cache = cacheOf(task);
  const before = new Map(listInstallations(cache).map(({ name, made }) => [name, made]));
  const { gpu, version, wheel, packages, fresh } = args;
  const { env, signal } = session;
  const start = performance.now();
  const installed = await installTensorflow({
    ...{ gpu, version, wheel, packages, fresh, cache, reporter, env, signal },
  });
  const seconds = (performance.now() - start) / 1000;
  const isNew = before.get(installed.name) !== installed.made;
  const how = isNew ? `installed in ${seconds.toFixed(0)} s` : 'installed already';
  reporter.result(`${described(installed)}: ${how}`, { ...installed, isNew, seconds });
  return EXIT.done;
}

async function use(task: Task): Promise<number> {
  const { args, reporter } = task;
  const { BACKENDS, clearPreference, findInstallation, listInstallations, writePreference } =
    await import('../../backend/index.js');
  const name = nameOf(task, [...BACKENDS, 'auto']);
  const cache = cacheOf(task);
  if (name === 'auto') {
    clearPreference(cache);
    const backend = fastest(listInstallations(cache));
    reporter.result(`auto takes ${backend} again, the fastest there is`, { backend });
    return EXIT.done;
  }
  const backend = name as BackendName;
  if (backend !== 'tensorflow') {
    writePreference({ backend }, cache);
    reporter.result(`auto takes ${backend} from now on`, { backend });
    return EXIT.done;
  }
  const found = findInstallation({ cache, version: args.version, gpu: args.gpu });
  writePreference({ backend, installation: found.name }, cache);
  reporter.result(`auto takes ${described(found)} from now on`, {
    backend,
    installation: found.name,
  });
  return EXIT.done;
}

async function remove(task: Task): Promise<number> {
  const { args, reporter } = task;
  nameOf(task, ['tensorflow']);
  const { findInstallation, listInstallations, removeInstallation } =
    await import('../../backend/index.js');
  const cache = cacheOf(task);
  const { version, gpu } = args;
  const found = findInstallation({ cache, version, gpu });
  const fitting = listInstallations(cache).filter(
    (one) =>
      (version === undefined || one.version === version) &&
      (gpu === undefined || (one.variant === 'gpu') === gpu),
  );
  if (fitting.length > 1) {
    throw usageFailure(
      `expected --version or --gpu that leave one of ${fitting.map(({ name }) => name).join(', ')}, got several.`,
    );
  }
  removeInstallation(found);
  reporter.result(`Removed ${described(found)}`, { removed: found.name });
  return EXIT.done;
}

async function bench({ session: { signal }, reporter }: Task): Promise<number> {
  const { BACKENDS, selectBackend } = await import('../../backend/index.js');
  const { benchBackend, renderBench } = await import('../../bench/index.js');
  const all: Parameters<typeof renderBench>[0][number][] = [];
  for (const backend of BACKENDS) {
    throwIfInterrupted(signal);
    reporter.line(`Timing ${backend} …`);
    try {
      const selected = await selectBackend(backend);
      all.push({ backend, selected, timings: await benchBackend({ signal }) });
    } catch (error) {
      throwIfInterrupted(signal);
      const problem = /not installed|got none/.test((error as Error).message)
        ? 'not installed: shaped backend install tensorflow'
        : (error as Error).message;
      all.push({ backend, problem });
    }
  }
  reporter.result(renderBench(all), all);
  return EXIT.done;
}

const RUN: Record<Action, (task: Task) => Promise<number>> = { list, install, use, bench, remove };

/** `shaped backend`: the tfjs backends of this machine. */
export const backend: Command<BackendArguments> = {
  usage: 'backend <action> [name]',
  describe: 'Install native TensorFlow for tfjs; list, choose, time and remove backends',
  exitCodes: BACKEND_CODES,
  interrupted: 'Nothing half-made is left; the same command begins again.',
  options: (yargs) =>
    outputOptions(
      yargs
        .version(false) // of the command: here it is TensorFlow's
        .positional('action', {
          type: 'string',
          demandOption: true,
          describe: ACTIONS.join(', '),
        })

        .positional('name', {
          type: 'string',
          describe: 'tensorflow; for use also wasm, cpu or auto',
        }),
    )
      .option('gpu', {
        type: 'boolean',
        describe: 'With the code and libraries for NVIDIA GPUs (some 4 GB)',
        group: 'TensorFlow:',
      })
      .option('version', textOption('Version of TensorFlow', 'TensorFlow:'))
      .option('wheel', textOption('A wheel that is here already, for offline use', 'TensorFlow:'))
      .option('packages', textOption('A folder with the npm archives, likewise', 'TensorFlow:'))
      .option('cache', textOption('Folder of the installations (SHAPED_CACHE)', 'TensorFlow:'))
      .option('fresh', {
        type: 'boolean',
        describe: 'Install anew what is there already',
        group: 'TensorFlow:',
      })
      .example('$0 backend install tensorflow', 'TensorFlow for tfjs, half a minute')
      .example('$0 backend bench', 'a table of times')
      .example('$0 backend use wasm', 'what auto takes from now on'),
  run: async (args, session) => {
    const reporter = selectReporter(args, session.streams);
    try {
      const task = { args, session, reporter };
      const action = nameOfAction(args.action);
      return await RUN[action](task);
    } finally {
      reporter.close();
    }
  },
};

function nameOfAction(action: string): Action {
  if ((ACTIONS as readonly string[]).includes(action)) return action as Action;
  const near = nearest(action, ACTIONS);
  throw usageFailure(
    `expected ${ACTIONS.join(', ')} after "shaped backend", got ${action}.` +
      (near ? ` Did you mean ${near}?` : ''),
  );
}
