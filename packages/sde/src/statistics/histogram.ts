import { ascending } from './ascending.js';
import { checkCount, checkSample, type Sample } from './check-sample.js';
import { quantiles } from './quantile.js';

/** Counts and densities of a sample over bins; every bin is [edge, next edge), the last one closed. */
export interface Histogram {
  /** Ascending, one more than there are bins. */
  edges: Float64Array;
  counts: Float64Array;
  /** `count / (n · width)` with n the whole sample, so that it compares with a density. */
  density: Float64Array;
  /** How many values lie outside the edges. */
  outside: number;
}

/** How to place the bins. */
export interface HistogramOptions {
  /** Number of equal bins. Defaults to the Freedman–Diaconis rule. */
  bins?: number;
  /** Ends of the equal bins. Defaults to the extent of the sample. */
  range?: readonly [number, number];
  /** The edges themselves, ascending; excludes the other two. */
  edges?: Sample;
}

/** A figure shows no more; one far outlier would otherwise ask for millions of bins. */
const MAX_AUTOMATIC_BINS = 1000;

/**
 * The histogram of a sample.
 *
 * By default the bin width is that of Freedman and Diaconis (1981), `2 IQR n^{−1/3}`, rounded so
 * that the bins fill the range, with at most 1,000 bins. Where the interquartile range is 0, Sturges'
 * `⌈log₂ n⌉ + 1` bins. A constant sample gets one bin of width 1 around it.
 *
 * @throws RangeError for an empty sample, a value that is not finite, a bad number of bins, or edges
 *   that do not ascend
 */
export function histogram(x: Sample, options: HistogramOptions = {}): Histogram {
  checkSample('histogram', 'x', x);
  if (options.edges && (options.bins !== undefined || options.range)) {
    throw new RangeError(
      'histogram: expected either edges or bins and range, got both. Leave one of them out.',
    );
  }
  const sorted = ascending(x);
  const edges = options.edges ? givenEdges(options.edges) : equalEdges(sorted, options);
  const bins = edges.length - 1;
  const counts = new Float64Array(bins);
  let outside = 0;
  let bin = 0;
  for (const value of sorted) {
    if (value < edges[0] || value > edges[bins]) {
      outside++;
      continue;
    }
    while (bin < bins - 1 && value >= edges[bin + 1]) bin++;
    counts[bin]++;
  }
  const n = x.length;
  const density = counts.map((count, i) => count / (n * (edges[i + 1] - edges[i])));
  return { edges, counts, density, outside };
}

function givenEdges(edges: Sample): Float64Array {
  checkSample('histogram', 'edges', edges, 2);
  for (let i = 1; i < edges.length; i++) {
    if (!(edges[i] > edges[i - 1])) {
      throw new RangeError(
        `histogram: expected ascending edges, got ${edges[i - 1]} before ${edges[i]}. Sort them and drop repeats.`,
      );
    }
  }
  return Float64Array.from(edges);
}

function equalEdges(sorted: Float64Array, options: HistogramOptions): Float64Array {
  let [low, high] = options.range ?? [sorted[0], sorted[sorted.length - 1]];
  if (!options.range && low === high) [low, high] = [low - 0.5, high + 0.5];
  if (!(high > low && Number.isFinite(high - low))) {
    throw new RangeError(
      `histogram: expected range to ascend and be finite, got [${low}, ${high}]. Give [low, high].`,
    );
  }
  const bins = options.bins ?? automaticBins(sorted, high - low);
  checkCount('histogram', 'bins', bins);
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
  edges[bins] = high;
  return edges;
}

function automaticBins(sorted: Float64Array, span: number): number {
  const n = sorted.length;
  if (sorted[0] === sorted[n - 1]) return 1;
  const [q1, q3] = quantiles(sorted, [0.25, 0.75]);
  const width = (2 * (q3 - q1)) / Math.cbrt(n);
  const bins = width > 0 ? Math.ceil(span / width) : Math.ceil(Math.log2(n)) + 1;
  return Math.min(MAX_AUTOMATIC_BINS, Math.max(1, bins));
}
