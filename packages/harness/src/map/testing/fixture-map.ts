import { architectureOf, mapAxis, type Config } from '../../config/index.js';
import { cellStatistics, CLASS_CONFIDENCE } from '../map-cell.js';
import { mapSummary } from '../map-summary.js';
import type { MapResult } from '../map-files.js';

const PATHS = 400;

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * A map without simulation: P(blow-up) rises with x and falls with y, P(collapse) rises at small x
 * with y, so that all classes and undecided cells occur.
 */
export function fixtureMap(
  config: Config,
  { x = 'gamma:0.1:1:10', y = 'tau0:0.2:2:8' }: { x?: string; y?: string } = {},
): MapResult {
  const axes = { x: mapAxis(x), y: mapAxis(y) };
  const [columns, rows] = [axes.x.values.length, axes.y.values.length];
  const { mostFailing } = config.map;
  const cells = Array.from({ length: columns * rows }, (_, cell) => {
    const [column, row] = [cell % columns, Math.floor(cell / columns)];
    const [across, up] = [column / (columns - 1), row / (rows - 1)];
    const blownUp = Math.round(PATHS * logistic(12 * (across - up - 0.2)));
    const collapsed = Math.round((PATHS - blownUp) * logistic(12 * (up - across - 0.5)));
    const place = { column, row, x: axes.x.values[column], y: axes.y.values[row] };
    const fates = {
      rho: Float64Array.from({ length: PATHS }, (_, p) =>
        p < blownUp + collapsed ? 0.999 : up / 2,
      ),
      stoppedAt: Float64Array.from({ length: PATHS }, (_, p) => (p < blownUp ? 10 + p : Infinity)),
      projected: new Uint8Array(PATHS),
    };
    return { ...place, ...cellStatistics(fates, mostFailing) };
  });
  return {
    cells,
    record: {
      theory: 'sde',
      arch: architectureOf(config.model),
      ...axes,
      paths: PATHS,
      seed: config.seed,
      steps: 100,
      stopAt: config.map.stopAt,
      startRho: 0.2,
      collapsedAbove: 0.99,
      mostFailing,
      confidence: CLASS_CONFIDENCE,
      summary: mapSummary({ ...axes, cells }, { model: config.model, mostFailing }),
    },
  };
}
