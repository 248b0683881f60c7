import { moments } from '../../../packages/sde/dist/index.js';
import { unshaped } from './problem.mjs';

/**
 * The mean ρ of unshaped networks at one s = γ²·depth, by γ: of the ODE, of the recursion of infinite
 * width, and of the exact chain at finite widths, with the differences from one to the next.
 *
 * @param results results by job, as the store keeps them
 * @param jobs of the plan, those not yet computed are left out
 */
export function summarizeCollapse(results, jobs) {
  const done = jobs.filter(({ id }) => results.has(id));
  return done
    .filter(({ source }) => source === 'curves')
    .map(({ id, gamma }) => {
      const { ode, recursion } = results.get(id);
      const own = done.filter((job) => job.source === 'unshaped' && job.gamma === gamma);
      const widths = [...new Set(own.map(({ width }) => width))];
      const chains = widths.map((width) => {
        const all = own.filter((job) => job.width === width).map((job) => results.get(job.id).rho);
        const { mean, standardError, standardDeviation } = moments(Float64Array.from(all.flat()));
        return {
          width,
          paths: all.flat().length,
          standardDeviation,
          mean: { value: mean, error: standardError },
          gap: difference({ value: mean, error: standardError }, recursion),
        };
      });
      const { depth } = unshaped(gamma, 64);
      return { gamma, depth, ode, recursion, gap: difference(recursion, ode), chains };
    });
}

const difference = (x, y) => ({
  value: x.value - y.value,
  error: Math.hypot(x.error, y.error),
});
