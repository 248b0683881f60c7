import { parseArgs } from 'node:util';
import { NAMES } from './works.mjs';

/** Thrown for a command line that means nothing; the command exits with 2. */
export class UsageError extends Error {}

const ENGINES = ['kernel', 'reference'];

/** Where a whole run is written down. */
const REPORT = 'docs/benchmarks.md';

/** Rounds that give a median of its own. */
const ROUNDS = 5;
const QUICK_ROUNDS = 1;

export const USAGE = `usage: npx nx run sde:bench -- [options]

  --check            print each measurement beside its target; exit 1 when one is missed; write nothing
  --only <names>     measure these alone, separated by commas: ${NAMES.join(', ')}
  --rounds <number>  rounds to take medians of (default ${ROUNDS})
  --quick            sizes that try the tool in seconds and measure nothing
  --engine <name>    kernel (default) or reference
  --out <file>       write the report there (from the workspace; default ${REPORT}, for a whole run only)
  --help             print this

SHAPED_BENCH_PYTHON names a Python with PyTorch and NumPy to use in place of the installed one.`;

/**
 * What the command line asks for.
 *
 * @param {string[]} args
 * @throws UsageError that says what to write
 */
export function parseOptions(args) {
  const { values } = read(args);
  const only = values.only?.split(',').map((name) => name.trim());
  const unknown = only?.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `bench: expected --only to name some of ${NAMES.join(', ')}, got "${unknown}". Correct it.`,
    );
  }
  if (!ENGINES.includes(values.engine)) {
    throw new UsageError(
      `bench: expected --engine to be ${ENGINES.join(' or ')}, got "${values.engine}". Correct it.`,
    );
  }
  const rounds = Number(values.rounds ?? (values.quick ? QUICK_ROUNDS : ROUNDS));
  if (!Number.isSafeInteger(rounds) || rounds < 1) {
    throw new UsageError(
      `bench: expected --rounds to be a positive integer, got "${values.rounds}". Correct it.`,
    );
  }
  const whole = only === undefined && !values.quick && !values.check;
  return {
    ...values,
    only: only ?? NAMES,
    rounds,
    out: values.out ?? (whole ? REPORT : undefined),
  };
}

function read(args) {
  try {
    return parseArgs({
      args,
      options: {
        check: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        only: { type: 'string' },
        rounds: { type: 'string' },
        engine: { type: 'string', default: 'kernel' },
        out: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(`bench: ${error.message}\n\n${USAGE}`);
  }
}
