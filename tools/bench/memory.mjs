/**
 * Measures what gradient checkpointing saves and costs: peak memory and time of a training step with
 * and without, each in a process of its own, beside the estimate.
 *
 *     node tools/bench/memory.mjs
 *     node tools/bench/memory.mjs --backend tensorflow --depth 24 --batch 16
 *
 * Needs a build, and for tensorflow an installation (`shaped backend install tensorflow`). Exit codes:
 * 0 done; 1 a run failed, or the two trainings differ by more than rounding; 2 usage.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { UsageError } from './lib/parse-options.mjs';
import { runCommand } from './lib/run-command.mjs';

const CHILD = fileURLToPath(new URL('training/checkpointing-child.mjs', import.meta.url));

/** The network that fits the heap of WebAssembly either way, of the depth that shaping is for. */
const SIZES = { depth: 100, width: 128, tokens: 64, batch: 8, heads: 4, vocabulary: 4096 };
const STEPS = 6;

/** Relative difference of two losses in float32 after a few steps, on kernels that sum otherwise. */
const ROUNDING = 1e-5;

const USAGE = `usage: node tools/bench/memory.mjs [options]

  --backend <name>  wasm (default), tensorflow or cpu
  --steps <number>  steps a run; the last one is timed, its graph prepared (default ${STEPS})
${Object.entries(SIZES)
  .map(([name, value]) => `  ${`--${name} <number>`.padEnd(20)} default ${value}`)
  .join('\n')}
  --help            print this`;

function parseOptions(args) {
  const numbers = { ...SIZES, steps: STEPS };
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        backend: { type: 'string', default: 'wasm' },
        help: { type: 'boolean', default: false },
        ...Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: 'string' }])),
      },
    }));
  } catch (error) {
    throw new UsageError(`memory: ${error.message}\n\n${USAGE}`);
  }
  for (const name of Object.keys(numbers)) {
    if (values[name] === undefined) continue;
    numbers[name] = Number(values[name]);
    if (Number.isSafeInteger(numbers[name]) && numbers[name] > 0) continue;
    throw new UsageError(
      `memory: expected --${name} to be a positive integer, got "${values[name]}". Correct it.`,
    );
  }
  return { ...values, ...numbers };
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  console.log('| checkpointing | estimate | peak of the process | heap | step | loss |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  const losses = [];
  for (const checkpointing of [false, true]) {
    const given = JSON.stringify({ ...options, checkpointing });
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, given]);
    const { estimate, process: ofProcess, heap, milliseconds, loss } = JSON.parse(stdout);
    losses.push(loss);
    const cells = [
      checkpointing ? 'on' : 'off',
      megabytes(estimate),
      megabytes(ofProcess),
      heap === undefined ? '–' : megabytes(heap),
      `${milliseconds.toFixed(0)} ms`,
      loss.toPrecision(9),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  return Math.abs(losses[0] / losses[1] - 1) < ROUNDING ? 0 : 1;
}

await runCommand(main);
