import { ksTwoSample, moments, normalSurvival } from '../../../packages/sde/dist/index.js';
import { limitFit } from './limit-fit.mjs';
import { powerLaw } from './power-law.mjs';
import { FUNCTIONALS, WRONG } from './problem.mjs';

/** Narrower networks follow higher powers of 1/n too: the fits leave them out. */
export const FIT_FROM = 200;

/** A law whose fit gains less over none at all is not seen: no exponent is reported. */
const SEEN = 3;

/**
 * The distance from chain to SDE by mask and functional: of every width, of the wrong theories, and
 * the fits. All but KS in standard deviations of the SDE.
 *
 * @param results results by job, as the store keeps them
 * @param jobs of the plan, those not yet computed are left out
 */
export function summarize(results, jobs) {
  const done = jobs.filter(({ id }) => results.has(id));
  const masks = [...new Set(done.map(({ mask }) => mask))].filter((mask) => mask !== undefined);
  return masks.flatMap((mask) => {
    const own = done.filter((job) => job.mask === mask);
    const step = own.find(({ source }) => source === 'step');
    if (step === undefined || !own.some(({ source }) => source === 'sde')) return [];
    const read = (law, name) => sample(own.filter(law), results, name);
    return Object.keys(FUNCTIONALS).map((name) => summary(mask, name, own, read, results, step));
  });
}

function summary(mask, name, own, read, results, step) {
  const theory = read(({ source }) => source === 'sde', name);
  const { mean, standardDeviation: unit, standardError } = moments(theory.values);
  const stepError = results.get(step.id)[name];
  // Richardson: fine − (coarse − fine).
  const limit = mean - stepError.value;
  const limitError = Math.hypot(standardError, stepError.error) / unit;
  /** Mean change of a path when its SDE is another one, driven by the same noise. */
  const paired = (law) => {
    const { values } = read(law, name);
    if (values.length < 2) return undefined;
    const change = moments(values.map((x, path) => x - theory.values[path]));
    return { value: change.mean / unit, error: change.standardError / unit, values };
  };
  const widths = [...new Set(own.map(({ width }) => width))].filter((n) => n !== undefined);
  const rows = widths.flatMap((n) => {
    const { values, stopped } = read((job) => job.source === 'chain' && job.width === n, name);
    const expected = paired((job) => job.source === 'corrected' && job.width === n);
    if (values.length < 2 || expected === undefined) return [];
    const chain = moments(values);
    const ks = ksTwoSample(values, theory.values);
    const gap = { value: (chain.mean - limit) / unit, error: chain.standardError / unit };
    return {
      n,
      paths: values.length,
      stopped: stopped / values.length,
      mean: chain.mean,
      standardError: chain.standardError,
      gap,
      expected: { value: expected.value, error: expected.error },
      rest: {
        value: gap.value - expected.value,
        error: Math.hypot(gap.error, expected.error),
      },
      ks: ks.statistic,
      detectable: ks.detectable,
    };
  });
  const wrong = Object.keys(WRONG).flatMap((what) => {
    const found = paired((job) => job.source === 'wrong' && job.wrong === what);
    if (found === undefined) return [];
    const { statistic } = ksTwoSample(found.values, theory.values.subarray(0, found.values.length));
    return { what, gap: { value: found.value, error: found.error }, ks: statistic };
  });
  const fitted = rows.filter(({ n }) => n >= FIT_FROM);
  const points = (key) =>
    fitted.map(({ n, [key]: x }) => ({ n, ...x, error: Math.hypot(x.error, limitError) }));
  return {
    mask,
    name,
    sde: {
      paths: theory.values.length,
      stopped: theory.stopped / theory.values.length,
      limit,
      limitError,
      unit,
      stepError: { value: stepError.value / unit, error: stepError.error / unit },
    },
    rows,
    wrong,
    fits: fitted.length < 3 ? undefined : fitsOf(points, limitError),
  };
}

function fitsOf(points, limitError) {
  const left = limitFit(points('gap'));
  const law = (key) => {
    const fit = powerLaw(points(key));
    return { ...fit, seen: fit.significance >= SEEN };
  };
  const z = Math.abs(left.limit) / Math.hypot(left.limitError, limitError);
  return { ...left, pValue: 2 * normalSurvival(z), gap: law('gap'), rest: law('rest') };
}

/** All values of a functional over the paths of some jobs, and how many paths stopped. */
function sample(jobs, results, name) {
  const all = jobs.map(({ id }) => results.get(id));
  return {
    values: Float64Array.from(all.flatMap((result) => result[name])),
    stopped: all.reduce((sum, { stopped }) => sum + stopped, 0),
  };
}
