/**
 * Measures a training step and its parts against PyTorch and writes docs/benchmarks-training.md:
 *
 *     npx nx run harness:bench
 *     npx nx run harness:bench -- --check
 *
 * Needs a build, native TensorFlow (`shaped backend install`) and the peers
 * (`node tools/bench/install-peers.mjs`). Exit codes: 0 done; 1 a target is missed (with --check),
 * two trainings differ, or a run failed; 2 usage, or no peers.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { selectBackend } from '../../packages/harness/dist/backend/index.js';
import { ROOT } from './lib/find-peers.mjs';
import { machine } from './lib/machine.mjs';
import { UsageError } from './lib/parse-options.mjs';
import { PeerProcess } from './lib/peer-process.mjs';
import { measureMetrics } from './training/measure-metrics.mjs';
import { raceAttention, raceShaping } from './training/race-attention.mjs';
import { raceStep } from './training/race-step.mjs';
import { report, rowOf } from './training/report.mjs';
import { tiny, WORKS } from './training/sizes.mjs';
import { peersOrUsage, runCommand } from './lib/run-command.mjs';

const PEER = fileURLToPath(new URL('peers/training.py', import.meta.url));
const REPORT = 'docs/benchmarks-training.md';
const NAMES = WORKS.map(({ name }) => name);
const ROUNDS = 5;

const USAGE = `usage: npx nx run harness:bench -- [options]

  --check            print each measurement beside its target; exit 1 when one is missed; write nothing
  --only <names>     measure these alone, separated by commas: ${NAMES.join(', ')}
  --rounds <number>  rounds to take medians of (default ${ROUNDS})
  --quick            sizes that try the tool in seconds and measure nothing
  --help             print this`;

function parseOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        check: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        only: { type: 'string' },
        rounds: { type: 'string' },
      },
    }));
  } catch (error) {
    throw new UsageError(`bench: ${error.message}\n\n${USAGE}`);
  }
  const only = values.only?.split(',').map((name) => name.trim()) ?? NAMES;
  const unknown = only.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `bench: expected --only to name some of ${NAMES.join(', ')}, got "${unknown}". Correct it.`,
    );
  }
  const rounds = Number(values.rounds ?? (values.quick ? 1 : ROUNDS));
  if (!Number.isSafeInteger(rounds) || rounds < 1) {
    throw new UsageError(
      `bench: expected --rounds to be a positive integer, got "${values.rounds}". Correct it.`,
    );
  }
  return { ...values, only, rounds };
}

const RACES = {
  step: raceStep,
  attention: raceAttention,
  shaping: raceShaping,
  metrics: measureMetrics,
};

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const peer = await new PeerProcess(peersOrUsage(), PEER).start();
  const results = [];
  const versions = [];
  try {
    for (const work of WORKS.filter(({ name }) => options.only.includes(name))) {
      const { name, version } = await selectBackend(work.backend);
      if (name === 'tensorflow' && versions.length === 0) versions.push(['TensorFlow', version]);
      const context = { peer, rounds: options.rounds, log: (line) => console.error(line) };
      const result = await RACES[work.kind](options.quick ? tiny(work) : work, context);
      results.push(result);
      console.log(rowOf(result).join(' | '));
      for (const warning of result.warnings ?? []) console.error(warning);
    }
  } finally {
    await peer.close();
  }
  if (!options.check && !options.quick && options.only === NAMES) {
    const path = resolve(ROOT, REPORT);
    writeFileSync(path, await report(results, [...machine(peer.versions), ...versions], path));
    console.error(`Written to ${path}`);
  }
  const different = results.filter(({ agrees }) => agrees === false);
  for (const { name, difference } of different) {
    console.error(
      `bench: expected ${name} and its peer to have the same losses, got a relative difference of ${difference}.`,
    );
  }
  if (different.length > 0) return 1;
  return options.check && results.some(({ met }) => !met) ? 1 : 0;
}

await runCommand(main);
