import type { Ensemble, EnsembleEvent } from '../ensemble/ensemble.js';
import { checkCount, checkProbability } from '../statistics/check-sample.js';
import { proportion } from '../statistics/proportion.js';
import type { Statistic } from './covariance-statistics.js';
import { DistributionAccumulator } from './distribution-accumulator.js';
import type { DistributionSummary } from './distribution-summary.js';
import type { EnsembleSummary, EventCount, SummarizeOptions } from './ensemble-summary.js';

/** Values of one law kept before a sketch takes over: 128 KiB a statistic and record. */
const EXACT_UP_TO = 2 ** 14;

/** Relative accuracy of the sketch: a tenth of the sampling error of a median of 10⁴ values or so. */
const RELATIVE_ACCURACY = 1e-3;

/**
 * The laws of the given statistics at every recorded time, of an ensemble that passes by in batches
 * (`simulateBatches`, `simulateChainBatches`) and is not kept: memory does not grow with the number
 * of paths. The bits do not depend on where one batch ends and the next begins.
 *
 * Mean, variance and extremes are of all values. Quantiles are those of all values up to
 * `exactUpTo`; beyond, each order statistic is within `relativeAccuracy` of itself, and the summary
 * says so (`exact`, `relativeError`, `quantileError`). What a sketch holds is bounded by the range of
 * the values: two numbers for each of at most `ln(max/min)/(2 relativeAccuracy)` buckets a sign.
 *
 * @throws RangeError for impossible options, no batches, or batches that do not follow one another
 * @throws TypeError for what is no sequence of batches, or a statistic that returns no number
 */
export async function summarize<Name extends string>(
  batches: AsyncIterable<Ensemble> | Iterable<Ensemble>,
  options: SummarizeOptions<Name>,
): Promise<EnsembleSummary<Name>> {
  checkBatches(batches);
  const { exactUpTo = EXACT_UP_TO, relativeAccuracy = RELATIVE_ACCURACY } = options;
  checkCount('summarize', 'exactUpTo', exactUpTo, 0);
  checkProbability('summarize', 'relativeAccuracy', relativeAccuracy, true);
  const statistics = Object.entries<Statistic>(options.statistics) as [Name, Statistic][];
  const accumulator = () => new DistributionAccumulator(exactUpTo, relativeAccuracy);
  const stoppingTimes = accumulator();
  const events: Record<EnsembleEvent['kind'], { paths: number; steps: number }> = {
    nonFinite: { paths: 0, steps: 0 },
    leftCone: { paths: 0, steps: 0 },
  };
  let head: { tokens: number; firstPath: number; times: Float64Array } | undefined;
  let laws: DistributionAccumulator[][] = [];
  let stoppedBy = new Float64Array(0);
  let paths = 0;

  for await (const batch of batches) {
    const { tokens, times, V, stoppedAt } = batch;
    const records = times.length;
    if (head === undefined) {
      head = { tokens, firstPath: batch.firstPath, times: times.slice() };
      laws = statistics.map(() => Array.from({ length: records }, accumulator));
      stoppedBy = new Float64Array(records);
    }
    checkFollows(batch, head, paths);
    const size = tokens * tokens;
    for (let p = 0; p < batch.paths; p++) {
      for (let r = 0; r < records; r++) {
        const from = (p * records + r) * size;
        const at = V.subarray(from, from + size);
        for (let s = 0; s < statistics.length; s++) {
          laws[s][r].add(numberOf(statistics[s], at, tokens));
        }
        if (stoppedAt[p] <= times[r]) stoppedBy[r]++;
      }
      if (stoppedAt[p] < Infinity) stoppingTimes.add(stoppedAt[p]);
    }
    for (const { kind, count } of batch.events) {
      events[kind].paths++;
      events[kind].steps += count;
    }
    paths += batch.paths;
  }
  if (head === undefined) {
    throw new RangeError(
      'summarize: expected at least one batch, got none. An async generator can be read once only.',
    );
  }
  const stopped = stoppingTimes.summary();
  return {
    ...head,
    paths,
    statistics: Object.fromEntries(
      statistics.map(([name], s) => [name, laws[s].map((law) => law.summary())]),
    ) as Record<Name, DistributionSummary[]>,
    stopped: proportion(stopped.count, paths),
    stoppedBy: Array.from(stoppedBy, (count) => proportion(count, paths)),
    stoppingTimes: stopped,
    events: events satisfies Record<EnsembleEvent['kind'], EventCount>,
    storedNumbers: laws
      .flat()
      .reduce((sum, law) => sum + law.stored, stoppingTimes.stored + stoppedBy.length),
  };
}

/** Refuses what holds no batches, such as one ensemble or a promise of it. */
function checkBatches(batches: unknown): void {
  if (typeof batches === 'object' && batches !== null) {
    if (Symbol.asyncIterator in batches || Symbol.iterator in batches) return;
  }
  throw new TypeError(
    `summarize: expected batches, got ${batches === null ? 'null' : `a ${typeof batches} that is none`}. ` +
      'Pass simulateBatches(…), or [ensemble] for one that is there already.',
  );
}

function numberOf([name, statistic]: [string, Statistic], V: Float64Array, tokens: number): number {
  const value: unknown = statistic(V, tokens);
  if (typeof value === 'number') return value;
  throw new TypeError(
    `summarize: expected statistic '${name}' to return a number, got ${typeof value}. Return NaN where it is undefined.`,
  );
}

/** Refuses a batch of other tokens, times or paths than come next. */
function checkFollows(
  batch: Ensemble,
  head: { tokens: number; firstPath: number; times: Float64Array },
  paths: number,
): void {
  const refuse = (what: string, expected: unknown, got: unknown): never => {
    throw new RangeError(
      `summarize: expected a batch with ${what} ${String(expected)}, got ${String(got)}. ` +
        'Pass the batches of one simulation, in order.',
    );
  };
  if (batch.tokens !== head.tokens) refuse('tokens', head.tokens, batch.tokens);
  const sameTimes =
    batch.times.length === head.times.length && batch.times.every((t, i) => t === head.times[i]);
  if (!sameTimes) refuse('times', `[${head.times.join(', ')}]`, `[${batch.times.join(', ')}]`);
  const next = head.firstPath + paths;
  if (batch.firstPath !== next) refuse('firstPath', next, batch.firstPath);
}
