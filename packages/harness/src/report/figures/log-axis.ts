import { formatNumber, powerOfTen } from '../format-number.js';

/** Ticks of an axis at most. */
const MOST_TICKS = 7;
/** Below so many decades, ticks stand at 1, 2 and 5 times a power of ten. */
const FEW_DECADES = 2;

/**
 * Ticks of a logarithmic axis with labels such as 10⁻⁴, and the ends of the axis: powers of ten, or
 * 1, 2 and 5 times them over a short range. Vega's own ticks crowd over many decades.
 *
 * @param values what the axis shows, all positive
 */
export function logAxis(values: readonly number[]): {
  domain: [number, number];
  axis: { values: number[]; labelExpr: string };
} {
  let low = values.reduce((a, b) => Math.min(a, b), Infinity);
  let high = values.reduce((a, b) => Math.max(a, b), 0);
  if (low === high) [low, high] = [low / 2, high * 2];
  const short = Math.log10(high / low) < FEW_DECADES;
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const every = Math.max(1, Math.ceil((last - first) / (MOST_TICKS - 1)));
  const all: number[] = [];
  for (let power = first; power <= last; power += short ? 1 : every) {
    for (const digit of short ? [1, 2, 5] : [1]) all.push(Number(`${digit}e${power}`));
  }
  const start = all.filter((tick) => tick <= low).at(-1) ?? low;
  const end = all.find((tick) => tick >= high) ?? high;
  const ticks = all.filter((tick) => tick >= start && tick <= end);
  const labels = ticks.map((tick) => {
    const power = Math.log10(tick);
    return Number.isInteger(power) && Math.abs(power) > 2 ? powerOfTen(power) : formatNumber(tick);
  });
  return {
    domain: [start, end],
    axis: {
      values: ticks,
      labelExpr: `${JSON.stringify(labels)}[indexof(${JSON.stringify(ticks)}, datum.value)]`,
    },
  };
}
