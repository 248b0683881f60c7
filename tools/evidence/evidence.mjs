/**
 * Runs the tests that record what they measure, and writes the table of
 * docs/theory.md, section 6, from it:
 *
 *     npx nx run sde:evidence
 *
 * Seeds are fixed, so the numbers change only with the tests and the code; where engines round
 * differently the last digit may. Exit codes: 0 done; 1 a test failed; 2 usage.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { table } from './table.mjs';

const PAGE = fileURLToPath(new URL('../../docs/theory.md', import.meta.url));
const REPORTER = fileURLToPath(new URL('./reporter.mjs', import.meta.url));
const [BEGIN, END] = ['<!-- evidence:begin -->', '<!-- evidence:end -->'];

/** The tests that call confirm or reject, by package. */
const TESTS = {
  sde: ['src/model', 'src/chain', 'src/solver', 'src/collapse'],
  'shaped-attention': [
    'src/attention/golden.test.ts',
    'src/attention/initial-scale.test.ts',
    'src/block/mlp-drift.test.ts',
  ],
  harness: ['src/check/network-against-chain.test.ts'],
};

function measureAll() {
  return Object.entries(TESTS).flatMap(([name, tests]) => {
    const folder = fileURLToPath(new URL(`../../packages/${name}/`, import.meta.url));
    // As the table calls files: below packages/sde/src, or below packages/.
    const named = (file) => (name === 'sde' ? file.replace(/^src\//, '') : `${name}/${file}`);
    return measure(folder, tests).map((one) => ({ ...one, file: named(one.file) }));
  });
}

/** What the tests of one package measure. */
function measure(cwd, tests) {
  const folder = mkdtempSync(join(tmpdir(), 'shaped-evidence-'));
  const file = join(folder, 'measurements.json');
  try {
    const vitest = join(
      dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
      'vitest.mjs',
    );
    const { status } = spawnSync(
      process.execPath,
      [vitest, 'run', '--reporter=dot', `--reporter=${REPORTER}`, ...tests],
      { cwd, stdio: 'inherit', env: { ...process.env, SHAPED_EVIDENCE: file } },
    );
    if (status !== 0) {
      throw new Error(
        'evidence: expected every test to pass, got failures. They are listed above.',
      );
    }
    return JSON.parse(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(args) {
  if (args.length > 0) {
    console.error(`usage: npx nx run sde:evidence, without options, got "${args.join(' ')}"`);
    return 2;
  }
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = [page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)];
  if (from < BEGIN.length || to < from) {
    throw new Error(`evidence: expected ${PAGE} to hold ${BEGIN} and ${END}. Put them back.`);
  }
  const text = `${page.slice(0, from)}\n\n${table(measureAll())}\n\n${page.slice(to)}`;
  const next = await format(text, { ...(await resolveConfig(PAGE)), parser: 'markdown' });
  if (next === page) {
    console.log('The table of docs/theory.md is what the tests measure.');
    return 0;
  }
  writeFileSync(PAGE, next);
  console.log('Written to docs/theory.md.');
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
