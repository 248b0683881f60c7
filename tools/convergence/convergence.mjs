/**
 * Measures the distance from the exact chain to the SDE against the width and writes
 * docs/convergence.md:
 *
 *     npx nx run sde:convergence
 *     npx nx run sde:convergence -- --quick
 *
 * Needs a build of @shaped/sde and @shaped/harness, which the Nx target makes. Exit codes: 0 done;
 * 1 the run failed; 2 usage; 130 interrupted (run it again to go on).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { workerPool } from '../../packages/sde/dist/index.js';
import { estimate } from './lib/estimate.mjs';
import { figure } from './lib/figure.mjs';
import { parseOptions, USAGE, UsageError } from './lib/parse-options.mjs';
import { plan } from './lib/plan.mjs';
import { lines, report } from './lib/report.mjs';
import { runJob } from './lib/run-job.mjs';
import { openStore } from './lib/store.mjs';
import { summarizeCollapse } from './lib/summarize-collapse.mjs';
import { summarize } from './lib/summarize.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIGURE = 'figures/convergence.svg';

const log = (line) => console.error(line);

async function compute(jobs, store, workers) {
  const missing = jobs.filter(({ id }) => !store.results.has(id));
  if (missing.length < jobs.length) log(`${jobs.length - missing.length} jobs are done already.`);
  const pool = workerPool(workers);
  const total = missing.reduce((sum, { cost }) => sum + cost, 0);
  let [done, start] = [0, performance.now()];
  try {
    for (const job of missing) {
      store.save(await runJob(job, pool));
      done += job.cost;
      const seconds = (performance.now() - start) / 1000;
      const left = (seconds * (total - done)) / done;
      log(`${job.id}: ${minutes(seconds)} gone, about ${minutes(left)} left`);
    }
  } finally {
    await pool.close();
  }
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const jobs = plan(options);
  const store = openStore(resolve(ROOT, options.data));
  if (options.estimate) {
    const missing = jobs.filter(({ id }) => !store.results.has(id));
    const seconds = await estimate(missing, options.workers);
    console.log(
      `${missing.length} of ${jobs.length} jobs are left: about ${minutes(seconds)} with ` +
        `${options.workers} workers.`,
    );
    return 0;
  }
  process.once('SIGINT', () => process.exit(130));
  if (!options.report) await compute(jobs, store, options.workers);
  const summaries = summarize(store.results, jobs);
  if (summaries.length === 0) {
    throw new Error(
      `convergence: expected results of the SDE in ${options.data}, got none. Run it without --report.`,
    );
  }
  const collapse = summarizeCollapse(store.results, jobs);
  for (const summary of summaries) console.log(lines(summary));
  if (options.out !== undefined) {
    const out = resolve(ROOT, options.out);
    const drawn = join(dirname(out), FIGURE);
    mkdirSync(dirname(drawn), { recursive: true });
    writeFileSync(drawn, await figure(summaries));
    writeFileSync(out, await report(summaries, collapse, out, FIGURE));
    log(`Written to ${out} and ${drawn}`);
  }
  return 0;
}

function minutes(seconds) {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
