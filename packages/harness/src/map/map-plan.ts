import { deriveSeed } from '@shaped/random';
import { enoughSteps, type Architecture, type Refinement } from '@shaped/sde';
import { equicorrelated } from '../advise/fates.js';
import {
  mapAxis,
  mapCellModel,
  STANDARD_START_RHO,
  type Config,
  type MapAxis,
  type MapCellModel,
} from '../config/index.js';
import { windowsOf, type Text } from '../data/index.js';
import { startMatrices } from '../network/start-matrices.js';
import type { CellJob } from './simulate-cell.js';

/** Everything that a phase diagram is made from. */
export interface MapPlan {
  x: MapAxis;
  y: MapAxis;
  /** Fewest and most solver steps of a cell; undefined for the chain. */
  steps: { fewest: number; most: number } | undefined;
  /** Cells in all. */
  cells: number;
  /** The place of a cell, numbered row by row from the smallest values. */
  place: (cell: number) => { column: number; row: number; x: number; y: number };
  /** The work of a cell. */
  job: (cell: number) => CellJob;
}

/**
 * The plan of a configuration's phase diagram. All cells share the seed, and steps that are doubled
 * where a cell needs it halve those of the others on one Brownian path: path p is driven by the same
 * noise everywhere, neighbours differ by their parameters alone, and boundaries come out smooth.
 *
 * @param text of the configuration, where V0 is that of text windows
 * @throws Failure (exit code 2) when it is too short
 */
export function mapPlan(config: Config, text?: Text): MapPlan {
  const { model, map } = config;
  const [x, y] = [mapAxis(map.x), mapAxis(map.y)];
  const columns = x.values.length;
  const cells = columns * y.values.length;
  const place = (cell: number) => {
    const [column, row] = [cell % columns, Math.floor(cell / columns)];
    return { column, row, x: x.values[column], y: y.values[row] };
  };
  const cellModel = (cell: number) => {
    const at = place(cell);
    return mapCellModel(model, { [x.parameter]: at.x, [y.parameter]: at.y });
  };
  const stepsOf = ({ arch, time }: MapCellModel): Refinement =>
    map.steps === undefined ? enoughSteps(arch, time) : { steps: map.steps, refines: map.steps };
  let steps: MapPlan['steps'];
  if (map.theory === 'sde') {
    const all = Array.from({ length: cells }, (_, cell) => stepsOf(cellModel(cell)).steps);
    steps = { fewest: Math.min(...all), most: Math.max(...all) };
  }
  const startsOf = cellStarts(config, text);
  const seed = deriveSeed(config.seed, 'map');
  const job = (cell: number): CellJob => {
    const { arch, time } = cellModel(cell);
    return {
      theory: map.theory,
      arch,
      time,
      ...stepsOf({ arch, time }),
      starts: startsOf(arch),
      seed,
      paths: map.paths,
      stopAt: map.stopAt,
    };
  };
  return { x, y, steps, cells, place, job };
}

/** V0 of a cell's model: standard, or that of the text windows; worked out once a shape. */
function cellStarts(
  config: Config,
  text: Text | undefined,
): (arch: Architecture) => Float64Array[] {
  const { map, model, seed, data } = config;
  const known = new Map<string, Float64Array[]>();
  return (arch) => {
    const { tokens, width, heads } = arch;
    const key = [tokens, width, heads].join(' ');
    const found = known.get(key);
    if (found) return found;
    let starts: Float64Array[];
    if (text === undefined) {
      starts = [equicorrelated(tokens, map.startRho ?? STANDARD_START_RHO)];
    } else {
      const windows = windowsOf(text, { ...config, model: { ...model, tokens } });
      const matrices = startMatrices(windows, arch, { seed, positions: data.positions });
      const sliced = map.theory === 'chain' ? matrices.startSlices : undefined;
      starts = sliced ?? matrices.starts;
    }
    known.set(key, starts);
    return starts;
  };
}
