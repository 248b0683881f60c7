import { moments, quantiles } from '@shaped/sde';

/** A quantity over an ensemble at one layer. */
export interface DepthPoint {
  layer: number;
  mean: number;
  median: number;
  /** 5 % and 95 % quantiles. */
  low: number;
  high: number;
  count: number;
}

/** One value of one member of an ensemble; what is undefined there is left out of the profile. */
export interface LayerValue {
  layer: number;
  value: number | null | undefined;
}

/** Mean, median and 5–95 % band of a quantity at every layer where some value is finite. */
export function depthProfile(values: readonly LayerValue[]): DepthPoint[] {
  const byLayer = new Map<number, number[]>();
  for (const { layer, value } of values) {
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    const own = byLayer.get(layer);
    if (own) own.push(value);
    else byLayer.set(layer, [value]);
  }
  return [...byLayer.entries()]
    .sort(([a], [b]) => a - b)
    .map(([layer, own]) => {
      const [low, median, high] = quantiles(own, [0.05, 0.5, 0.95]);
      const mean = own.length > 1 ? moments(own).mean : own[0];
      return { layer, mean, median, low, high, count: own.length };
    });
}

/** At most `most` of the points, evenly spread, the first and the last among them. */
export function thin<T>(points: readonly T[], most: number): T[] {
  if (points.length <= most) return [...points];
  return Array.from(
    { length: most },
    (_, i) => points[Math.round((i * (points.length - 1)) / (most - 1))],
  );
}
