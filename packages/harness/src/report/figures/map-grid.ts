import type { TopLevelSpec } from 'vega-lite';
import {
  isWholeAxis,
  mapAxisTitle,
  ownValue,
  type MapAxis,
  type ModelConfig,
} from '../../config/index.js';
import type { MapResult } from '../../map/map-files.js';
import { cellEdges } from '../../map/map-summary.js';
import { CLASS_NAMES } from '../../map/render-map.js';
import { contour } from '../map-contour.js';
import { logAxis } from './log-axis.js';
import { thin } from '../depth-profile.js';
import { INK, PAPER } from './palette.js';
import { PLOT } from './theme.js';

export type MapLayers = Extract<TopLevelSpec, { layer: unknown }>['layer'];

/** A map with the model of its configuration. */
export interface MapData extends MapResult {
  model: ModelConfig;
}

/** A rectangle of cells in a row that look the same. */
export interface MapTile<T> {
  x: number;
  x2: number;
  y: number;
  y2: number;
  value: T;
}

/** Plot area of a map, pixels. */
export const MAP_PLOT = { width: PLOT.width - 70, height: 320 } as const;

const MOST_TICKS = 8;

/** What the boundary between health and failure, and the configuration's own point, are called. */
export const BOUNDARY = 'boundary';
const OWN = 'configuration';

/** Widths by which the lines of a map are told apart, also in the legend, pixels. */
const WIDTHS: Record<string, number> = { [BOUNDARY]: 2, [CLASS_NAMES.undecided]: 0.8 };

/** The cells of a map as rectangles, neighbours in a row with equal values as one. */
export function mapTiles<T>(
  { record: { x, y }, cells }: MapResult,
  of: (cell: MapResult['cells'][number]) => T | null,
): MapTile<T>[] {
  const [across, up] = [cellEdges(x), cellEdges(y)];
  const tiles: MapTile<T>[] = [];
  for (const cell of cells) {
    const value = of(cell);
    if (value === null) continue;
    const { column, row } = cell;
    const before = tiles.at(-1);
    if (before?.value === value && before.x2 === across[column] && before.y === up[row]) {
      before.x2 = across[column + 1];
      continue;
    }
    tiles.push({ x: across[column], x2: across[column + 1], y: up[row], y2: up[row + 1], value });
  }
  return tiles;
}

/** Scale and ticks of one axis. */
function mapPosition(axis: MapAxis) {
  const edges = cellEdges(axis);
  const domain = [edges[0], edges[edges.length - 1]];
  const log = axis.scale === 'log' ? logAxis(axis.values).axis : undefined;
  const inside = (values: readonly number[]) =>
    values.filter((value) => value >= domain[0] && value <= domain[1]);
  const ticks = isWholeAxis(axis)
    ? { values: thin(axis.values, MOST_TICKS), format: 'd' }
    : log
      ? { ...log, values: inside(log.values) }
      : { tickCount: MOST_TICKS };
  return {
    type: 'quantitative',
    title: mapAxisTitle(axis),
    scale: { type: axis.scale, domain, nice: false, zero: false },
    axis: { ...ticks, grid: false, ticks: true, domain: false },
  } as const;
}

/** Where the fields x, y begin and x2, y2 end what a mark covers. */
function mapPositions({ x, y }: Pick<MapResult['record'], 'x' | 'y'>) {
  return {
    from: { x: { field: 'x', ...mapPosition(x) }, y: { field: 'y', ...mapPosition(y) } },
    ends: { x2: { field: 'x2' }, y2: { field: 'y2' } },
  } as const;
}

/** The layer of the tiles, filled by their values. */
export function tileLayer<T>(
  record: Pick<MapResult['record'], 'x' | 'y'>,
  tiles: MapTile<T>[],
  fill: object,
): MapLayers[number] {
  const { from, ends } = mapPositions(record);
  return {
    data: { values: tiles },
    mark: 'rect',
    encoding: { ...from, ...ends, fill: { field: 'value', ...fill } },
  };
}

/** The diagonals that hatch a tile. */
export function hatching(tiles: readonly MapTile<unknown>[]): object[] {
  return tiles.map(({ x, x2, y, y2 }) => ({ x, x2, y, y2, line: CLASS_NAMES.undecided }));
}

/**
 * What lies over the cells of every map: hatching where it is given, the boundary of health, and the
 * configuration's own point where it lies inside.
 */
export function mapOverlay(data: MapData, hatched: readonly object[] = []): MapLayers {
  const { record, cells, model } = data;
  const { x, y, summary, mostFailing } = record;
  const failing = cells.map(({ healthy }) => 1 - healthy);
  const boundary = contour(record, failing, mostFailing).map((own) => ({ ...own, line: BOUNDARY }));
  const lines = [
    ...(boundary.length > 0 ? [BOUNDARY] : []),
    ...(hatched.length > 0 ? [CLASS_NAMES.undecided] : []),
  ];
  const { from, ends } = mapPositions(record);
  const named = { field: 'line', type: 'nominal' } as const;
  const line = {
    color: { ...named, scale: { domain: lines, range: lines.map(() => INK) } },
    strokeWidth: {
      ...named,
      scale: { type: 'ordinal', domain: lines, range: lines.map((own) => WIDTHS[own]) },
    },
  } as const;
  const own = { x: ownValue(model, x.parameter), y: ownValue(model, y.parameter), point: OWN };
  const shape = {
    field: 'point',
    type: 'nominal',
    scale: { domain: [OWN], range: ['cross'] },
    legend: { symbolType: 'cross', symbolSize: 90, symbolFillColor: INK, symbolStrokeWidth: 0 },
  } as const;
  return [
    ...(hatched.length === 0
      ? []
      : ([
          {
            data: { values: [...hatched] },
            mark: 'rule',
            encoding: { ...from, ...ends, ...line },
          },
        ] satisfies MapLayers)),
    ...(boundary.length === 0
      ? []
      : ([
          {
            data: { values: boundary },
            mark: { type: 'rule', strokeWidth: 4, stroke: PAPER, strokeCap: 'round' },
            encoding: { ...from, ...ends },
          },
          {
            data: { values: boundary },
            mark: { type: 'rule', strokeCap: 'round' },
            encoding: { ...from, ...ends, ...line },
          },
        ] satisfies MapLayers)),
    ...(summary.own === null
      ? []
      : ([
          {
            data: { values: [own] },
            mark: {
              type: 'point',
              filled: true,
              size: 150,
              fill: INK,
              stroke: PAPER,
              strokeWidth: 1.5,
              opacity: 1,
            },
            encoding: { ...from, shape },
          },
        ] satisfies MapLayers)),
  ];
}
