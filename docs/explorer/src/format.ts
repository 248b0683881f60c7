import type { Proportion } from '@shaped/sde';

/** A number to so many digits after the first, with a minus sign; a dash where there is none. */
export function formatNumber(x: number, digits = 3): string {
  if (!Number.isFinite(x)) return '–';
  return String(Number(x.toPrecision(digits))).replace('-', '−');
}

/** A number to so many decimals, with a minus sign; a dash where there is none. */
export function formatDecimals(x: number, decimals: number): string {
  if (!Number.isFinite(x)) return '–';
  const text = x.toFixed(decimals);
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−');
}

/** A count with thousands apart. */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** A positive number rounded up to two digits, for a bound that must hold. */
function roundedUp(bound: number): string {
  const unit = 10 ** (Math.floor(Math.log10(bound)) - 1);
  return formatNumber(Math.ceil(bound / unit) * unit, 2);
}

/**
 * A share with its standard error, to the error's first digit. Where none or all of the paths did it
 * the error says nothing, and the end of the 95 % interval stands instead.
 */
export function formatShare({
  count,
  total,
  fraction,
  standardError,
  ...ends
}: Proportion): string {
  if (count === 0) return `0 (< ${roundedUp(ends.upper)})`;
  if (count === total) return `1 (> ${formatNumber(1 - Number(roundedUp(1 - ends.lower)), 6)})`;
  const decimals = Math.max(1, -Math.floor(Math.log10(standardError)));
  return `${formatDecimals(fraction, decimals)} ± ${formatDecimals(standardError, decimals)}`;
}
