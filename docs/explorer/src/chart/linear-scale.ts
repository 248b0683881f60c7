/** The two ends of an interval. */
export type Interval = readonly [number, number];

/** The linear map that takes the ends of `domain` to those of `range`. */
export function linearScale([a, b]: Interval, [u, v]: Interval): (x: number) => number {
  const slope = (v - u) / (b - a);
  return (x) => u + (x - a) * slope;
}

/** Some `count` round numbers within an interval: multiples of 1, 2 or 5 times a power of ten. */
export function roundTicks([low, high]: Interval, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((unit) => unit * power >= rough * (1 - 1e-9)) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Divided where step < 1, as 3 · 0.1 is not 0.3 in binary.
  const at = (i: number) => (step < 1 ? i / Math.round(1 / step) : i * step);
  return Array.from({ length: last - first + 1 }, (_, i) => at(first + i));
}
