import { formatEstimate } from '../../packages/harness/dist/sweep/render-summary.js';
import { moments } from '../../packages/sde/dist/index.js';

/**
 * Mean ± standard error of the finite values, such as `0.123 ± 0.012`; without an error for one value, a
 * dash for none.
 */
export function estimateText(values) {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return '—';
  const { mean, standardError } =
    finite.length === 1 ? { mean: finite[0], standardError: null } : moments(finite);
  return formatEstimate({ mean, standardError }).replaceAll('-', '−');
}
