import { log } from './elementary.js';
import { normalFrom, uniformFrom } from './ziggurat.js';
import type { Words } from './words.js';

/**
 * A gamma variate of shape ≥ 1 and scale 1 from a normal x and a uniform u, and where they are
 * rejected (5 % at most) from `more` words.
 *
 * Source: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000).
 */
export function gammaFrom(shape: number, x: number, u: number, more: () => Words): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  let words: Words | undefined;
  for (;;) {
    const root = 1 + c * x;
    if (root > 0) {
      const v = root * root * root;
      const x2 = x * x;
      if (u < 1 - 0.0331 * x2 * x2 || log(u) < 0.5 * x2 + d - d * v + d * log(v)) return d * v;
    }
    words ??= more();
    const source = words;
    const low = source.uint32();
    x = normalFrom(low, source.uint32(), () => source);
    const first = source.uint32();
    u = uniformFrom(first, source.uint32());
  }
}
