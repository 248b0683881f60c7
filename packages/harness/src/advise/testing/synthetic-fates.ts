import type { Fates } from '../fates.js';

/** Fates of `paths` networks to which nothing happens, changed as given. */
export function syntheticFates(paths: number, change: Partial<Fates> = {}): Fates {
  const never = () => new Float64Array(paths).fill(Infinity);
  return {
    ...{ collapsedAt: never(), blewUpAt: never(), vanishedAt: never() },
    rho: Float64Array.from({ length: paths }, (_, p) => (p + 1) / (paths + 1)),
    logNorm: new Float64Array(paths),
    ...change,
  };
}
