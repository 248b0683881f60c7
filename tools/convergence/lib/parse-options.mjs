import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { MASKS, PROBLEM } from './problem.mjs';

/** Thrown for a command line that means nothing; the command exits with 2. */
export class UsageError extends Error {}

const WIDTHS = [50, 100, 200, 500, 1000, 2000, 5000, 10_000];
const QUICK_WIDTHS = [50, 100, 200, 400];

/** Paths at every width up to `FULL_UP_TO`; beyond, fewer as n^(−3/2): a path costs n², a width √n then. */
const PATHS = 20_000;
const QUICK_PATHS = 500;
export const FULL_UP_TO = 500;

const SDE_PATHS = 100_000;
const QUICK_SDE_PATHS = 2500;

const DATA = '.cache/convergence/paths.jsonl';
const QUICK_DATA = '.cache/convergence/quick.jsonl';
const REPORT = 'docs/convergence.md';

export const USAGE = `usage: npx nx run sde:convergence -- [options]

  --widths <list>      widths n, ascending (default ${WIDTHS.join(',')})
  --paths <number>     chains a width up to n = ${FULL_UP_TO}, and (${FULL_UP_TO}/n)^(3/2) of it beyond (default ${PATHS})
  --sde-paths <number> paths of the SDE (default ${SDE_PATHS})
  --masks <list>       of ${MASKS.join(', ')} (default both)
  --collapse           with the ODE of rank collapse against the exact chain (default for a run
                       with default widths and masks)
  --workers <number>   worker threads (default: the cores there are)
  --data <file>        where paths are kept, as JSON lines, and taken up again (default ${DATA})
  --out <file>         write the report there, its figure beside it in figures/
                       (default ${REPORT}, for a run with default widths and masks)
  --report             compute nothing: report what the data hold
  --estimate           say what is left to compute and how long it takes here
  --quick              widths ${QUICK_WIDTHS.join(', ')} and few paths: tries the tool in a minute
  --help               print this

Interrupt it at any time: the same command goes on from the last line of the data.`;

/**
 * What the command line asks for.
 *
 * @param {string[]} args
 * @throws UsageError that says what to write
 */
export function parseOptions(args) {
  const values = read(args);
  const { quick } = values;
  const widths = numbers('--widths', values.widths) ?? (quick ? QUICK_WIDTHS : WIDTHS);
  const smallest = 2 * PROBLEM.tokens;
  if (widths.some((n, i) => n < smallest || (i > 0 && n <= widths[i - 1]))) {
    throw new UsageError(
      `convergence: expected --widths to be ascending and at least ${smallest}, got ` +
        `"${values.widths}". Correct it.`,
    );
  }
  const masks = values.masks?.split(',').map((name) => name.trim()) ?? MASKS;
  const unknown = masks.find((name) => !MASKS.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `convergence: expected --masks to name some of ${MASKS.join(', ')}, got "${unknown}". Correct it.`,
    );
  }
  const whole = values.widths === undefined && values.masks === undefined && !quick;
  return {
    ...values,
    widths,
    masks,
    paths: number('--paths', values.paths) ?? (quick ? QUICK_PATHS : PATHS),
    sdePaths: number('--sde-paths', values['sde-paths']) ?? (quick ? QUICK_SDE_PATHS : SDE_PATHS),
    workers: number('--workers', values.workers) ?? availableParallelism(),
    data: values.data ?? (quick ? QUICK_DATA : DATA),
    collapse: values.collapse || whole,
    out: values.out ?? (whole && !values.estimate ? REPORT : undefined),
  };
}

function number(option, text) {
  return text === undefined ? undefined : numbers(option, text, 1)[0];
}

function numbers(option, text, count) {
  if (text === undefined) return undefined;
  const all = text.split(',').map((word) => Number(word.trim() || NaN));
  const right = all.every((x) => Number.isSafeInteger(x) && x > 0);
  if (right && (count === undefined || all.length === count)) return all;
  const what = count === 1 ? 'a positive integer' : 'positive integers separated by commas';
  throw new UsageError(`convergence: expected ${option} to be ${what}, got "${text}". Correct it.`);
}

function read(args) {
  try {
    return parseArgs({
      args,
      options: {
        ...Object.fromEntries(
          ['widths', 'paths', 'sde-paths', 'masks', 'workers', 'data', 'out'].map((name) => [
            name,
            { type: 'string' },
          ]),
        ),
        ...Object.fromEntries(
          ['collapse', 'report', 'estimate', 'quick', 'help'].map((name) => [
            name,
            { type: 'boolean', default: false },
          ]),
        ),
      },
    }).values;
  } catch (error) {
    throw new UsageError(`convergence: ${error.message}\n\n${USAGE}`);
  }
}
