import type { Share } from './binomial-share.js';

/** A number in three digits with a true minus sign. */
export function number(x: number): string {
  return String(Number(x.toPrecision(3))).replaceAll('-', '−');
}

/** A probability in per cent. */
export function percent(probability: number): string {
  return `${(100 * probability).toFixed(1)} %`;
}

/** A share with its standard error, or with its bound where none or all of the networks met it. */
export function shareText({ count, of, probability, standardError, upper, lower }: Share): string {
  if (count === 0) return `0 % (below ${percent(upper)})`;
  if (count === of) return `100 % (above ${percent(lower)})`;
  return `${percent(probability)} ± ${percent(standardError)}`;
}
