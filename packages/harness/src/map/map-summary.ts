import { ownValue, type MapAxis, type ModelConfig } from '../config/index.js';
import type { CellClass, MapCell } from './map-cell.js';

/** Where the class changes along one line of cells. */
export interface LineStretch {
  class: CellClass;
  /** Value at which the stretch ends, interpolated where health does; null for the last one. */
  upTo: number | null;
}

/** One row or column of a map. */
export interface MapLine {
  /** The axis that runs along the line. */
  along: 'x' | 'y';
  /** The value of the other axis. */
  at: number;
  stretches: LineStretch[];
}

/** A map in a few numbers. */
export interface MapSummary {
  /** Share of the cells that are decided and of each class, and of those that are not decided. */
  shares: Record<CellClass | 'undecided', number>;
  /** The row and the column through the configuration's own point, or nearest to it. */
  lines: MapLine[];
  /** The configuration's own point, and the cell it lies in; null where it lies outside. */
  own: { x: number; y: number; column: number; row: number } | null;
  /**
   * Cells in which most paths that reached T left the cone, so that their steps are too long; those
   * that blow up are left out, as paths near an explosion leave it at any step.
   */
  coarse: number;
}

/** More paths than this leave the cone only where steps are too long. */
const COARSE = 0.5;

/** Positions along an axis: equal steps, whatever its scale. */
const position = ({ scale }: MapAxis, value: number) => (scale === 'log' ? Math.log(value) : value);

const value = ({ scale }: MapAxis, at: number) => (scale === 'log' ? Math.exp(at) : at);

/** The borders of the cells of an axis: halfway between values, as far out at the ends. */
export function cellEdges(axis: MapAxis): number[] {
  const at = axis.values.map((own) => position(axis, own));
  const last = at.length - 1;
  const inner = at.slice(1).map((own, i) => (own + at[i]) / 2);
  const ends = [2 * at[0] - inner[0], 2 * at[last] - inner[last - 1]];
  return [ends[0], ...inner, ends[1]].map((own) => value(axis, own));
}

/** The cell of an axis that a value lies in, or undefined outside. */
export function cellAt(axis: MapAxis, own: number): number | undefined {
  if (axis.scale === 'log' && !(own > 0)) return undefined;
  const edges = cellEdges(axis);
  if (own < edges[0] || own > edges[edges.length - 1]) return undefined;
  return Math.min(
    axis.values.length - 1,
    edges.findLastIndex((edge) => edge <= own),
  );
}

/** Where a quantity that is `a` at one value and `b` at the next crosses `level`, by a straight line. */
export function crossing(
  axis: MapAxis,
  [from, a]: readonly [number, number],
  [to, b]: readonly [number, number],
  level: number,
): number {
  const share = a === b ? 0.5 : (level - a) / (b - a);
  const [start, end] = [position(axis, from), position(axis, to)];
  return value(axis, start + Math.min(1, Math.max(0, share)) * (end - start));
}

/** The stretches of equal class along a line of cells. */
function stretches(
  axis: MapAxis,
  line: readonly Pick<MapCell, 'class' | 'healthy'>[],
  mostFailing: number,
): LineStretch[] {
  const found: LineStretch[] = [];
  for (const [i, cell] of line.entries()) {
    const next = line[i + 1];
    if (next?.class === cell.class) continue;
    if (next === undefined) {
      found.push({ class: cell.class, upTo: null });
      continue;
    }
    const toHealth = cell.class === 'healthy' || next.class === 'healthy';
    const ends = [
      [axis.values[i], toHealth ? 1 - cell.healthy : 0],
      [axis.values[i + 1], toHealth ? 1 - next.healthy : 0],
    ] as const;
    found.push({ class: cell.class, upTo: crossing(axis, ends[0], ends[1], mostFailing) });
  }
  return found;
}

/** The summary of the cells of a map, row by row. */
export function mapSummary(
  { x, y, cells }: { x: MapAxis; y: MapAxis; cells: readonly MapCell[] },
  { model, mostFailing }: { model: ModelConfig; mostFailing: number },
): MapSummary {
  const columns = x.values.length;
  const share = (count: number) => count / cells.length;
  const decided = (name: CellClass) =>
    share(cells.filter((cell) => cell.decided && cell.class === name).length);
  const own = { x: ownValue(model, x.parameter), y: ownValue(model, y.parameter) };
  const [column, row] = [cellAt(x, own.x), cellAt(y, own.y)];
  const nearest = (axis: MapAxis, at: number | undefined, wanted: number) =>
    at ?? (wanted > axis.values[0] ? axis.values.length - 1 : 0);
  const [c, r] = [nearest(x, column, own.x), nearest(y, row, own.y)];
  return {
    shares: {
      healthy: decided('healthy'),
      collapse: decided('collapse'),
      blowUp: decided('blowUp'),
      undecided: share(cells.filter((cell) => !cell.decided).length),
    },
    lines: [
      {
        along: 'x',
        at: y.values[r],
        stretches: stretches(x, cells.slice(r * columns, (r + 1) * columns), mostFailing),
      },
      {
        along: 'y',
        at: x.values[c],
        stretches: stretches(
          y,
          cells.filter((cell) => cell.column === c),
          mostFailing,
        ),
      },
    ],
    own: column === undefined || row === undefined ? null : { ...own, column, row },
    coarse: cells.filter((cell) => cell.class !== 'blowUp' && cell.projected > COARSE).length,
  };
}
