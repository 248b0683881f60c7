import type { BlockKind } from '@shaped/sde';
import { metricDefinition } from '../../metrics/index.js';
import { depthProfile, thin, type LayerValue } from '../depth-profile.js';
import type { FigureSpec } from './figure.js';
import { logAxis } from './log-axis.js';
import { BLOCK_COLOURS } from './palette.js';
import { MOST_POINTS, LAYER_AXIS } from './theme.js';

export interface GradientDepthData {
  /** Values of both metrics of each block kind's networks. */
  ensembles: readonly { block: BlockKind; query: LayerValue[]; key: LayerValue[] }[];
}

/** Plot area of one of two panels, pixels. */
const PANEL = { width: 205, height: 270 } as const;

/**
 * Gradient norms of queries and of keys against depth, on a log scale: they vanish under rank
 * collapse. Undefined when no norm is positive.
 */
export function queryKeyGradientDepth({ ensembles }: GradientDepthData): FigureSpec | undefined {
  const queries = metricDefinition('queryGradientNorm');
  const keys = metricDefinition('keyGradientNorm');
  const panels = [
    { name: 'queries W_Q', part: 'query' },
    { name: 'keys W_K', part: 'key' },
  ] as const;
  const rows = panels.flatMap(({ name, part }) =>
    ensembles.flatMap(({ block, [part]: values }) =>
      thin(
        depthProfile(values).filter(({ low }) => low > 0),
        MOST_POINTS,
      ).map(({ layer, median, low, high }) => ({
        part: name,
        block,
        colour: BLOCK_COLOURS[block],
        layer,
        median,
        low,
        high,
      })),
    ),
  );
  if (rows.length === 0) return undefined;
  const blocks = [...new Set(rows.map(({ block }) => block))];
  const color = {
    field: 'block',
    type: 'nominal',
    scale: { domain: blocks, range: blocks.map((block) => BLOCK_COLOURS[block]) },
  } as const;
  const { domain, axis } = logAxis(rows.flatMap(({ low, high }) => [low, high]));
  const y = {
    type: 'quantitative',
    title: 'gradient norm, ‖∂ℓ/∂W‖_F',
    scale: { type: 'log', domain, nice: false },
    axis,
  } as const;
  return {
    name: 'gradient-query-key-depth',
    title: 'Gradient norms of queries and keys against depth',
    caption: `Lines: median over the networks whose gradients were measured; shaded: their 5 % to 95 % quantiles. ${queries.description}`,
    formula: `${queries.formula} and ${keys.formula}`,
    spec: {
      title: 'Gradient norms of queries and keys against depth',
      data: { values: rows },
      facet: {
        column: {
          field: 'part',
          type: 'nominal',
          title: null,
          sort: panels.map(({ name }) => name),
        },
      },
      spec: {
        ...PANEL,
        encoding: { x: LAYER_AXIS },
        layer: [
          {
            mark: { type: 'area', opacity: 0.16 },
            encoding: {
              y: { field: 'low', ...y },
              y2: { field: 'high' },
              fill: { field: 'colour', type: 'nominal', scale: null },
              detail: { field: 'block' },
            },
          },
          { mark: 'line', encoding: { y: { field: 'median', ...y }, color } },
        ],
      },
    },
  };
}
