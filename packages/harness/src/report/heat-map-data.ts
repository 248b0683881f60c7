import { tokenCorrelation } from '../metrics/index.js';
import type { CorrelationPanel, HeatMapData } from './figures/correlation-heat-maps.js';
import type { ReportProbe, ReportRun } from './report-run.js';
import { tokenLabels } from './token-labels.js';

/** Longer windows make cells that are too small to see. */
const MOST_TOKENS = 40;

/** The mean of ρ over networks, [T, T]; null where no network defines it. */
function meanCorrelation(
  { V, record }: ReportProbe & { V: Float64Array },
  networks: readonly number[],
  layer: number,
): (number | null)[][] {
  const { tokens, depth } = record.arch;
  const size = tokens * tokens;
  const each = networks.map((network) => {
    const at = (network * (depth + 1) + layer) * size;
    return tokenCorrelation(V.subarray(at, at + size), tokens);
  });
  return Array.from({ length: tokens }, (_, a) =>
    Array.from({ length: tokens }, (_, b) => {
      const values = each.map((rho) => rho[a][b]).filter((value) => value !== null);
      return values.length === 0
        ? null
        : values.reduce((sum, value) => sum + value, 0) / values.length;
    }),
  );
}

/**
 * Mean correlation matrices of network 0's window at the first, the middle and the last layer, of
 * the model and of one baseline whose matrices were kept; undefined when none were or the window is
 * too long to draw.
 */
export function heatMapData({ probes, config }: ReportRun): HeatMapData | undefined {
  const kept = probes
    .filter((probe): probe is ReportProbe & { V: Float64Array } => probe.V !== undefined)
    .slice(0, 2);
  if (kept.length === 0 || kept[0].record.arch.tokens > MOST_TOKENS) return undefined;
  const { windows } = kept[0].record;
  const readers = (count: number) =>
    Array.from({ length: count }, (_, s) => s).filter((s) => s % windows.length === 0);
  const panels = kept.flatMap((probe): CorrelationPanel[] => {
    const { depth } = probe.record.arch;
    const layers = [...new Set([0, Math.round(depth / 2), depth])];
    return layers.map((layer) => ({
      block: probe.block,
      layer,
      rho: meanCorrelation(probe, readers(probe.record.networks), layer),
    }));
  });
  return {
    tokens: tokenLabels(windows[0], config.data.tokenizer),
    panels,
    networks: kept.map(({ block, record }) => [block, readers(record.networks).length]),
  };
}
