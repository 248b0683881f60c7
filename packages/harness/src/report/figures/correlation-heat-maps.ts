import { metricDefinition } from '../../metrics/index.js';
import type { FigureSpec } from './figure.js';

/** The mean correlation between tokens of one ensemble at one layer, [T, T]; null where undefined. */
export interface CorrelationPanel {
  /** Such as `shaped`. */
  block: string;
  layer: number;
  rho: readonly (readonly (number | null)[])[];
}

export interface HeatMapData {
  /** What the tokens of the window say; the user's text. */
  tokens: readonly string[];
  panels: readonly CorrelationPanel[];
  /** Networks of each block kind that the mean is over. */
  networks: readonly (readonly [block: string, count: number])[];
}

/** Side of a panel and the longest label of a token, pixels. */
const SIDE = 190;
const LONGEST_LABEL = 64;

/**
 * Heat maps of the mean correlation ρ_ab between the tokens of a window, a row a block kind and a
 * column a layer.
 */
export function correlationHeatMaps({ tokens, panels, networks }: HeatMapData): FigureSpec {
  const blocks = [...new Set(panels.map(({ block }) => block))];
  const layers = [...new Set(panels.map(({ layer }) => layer))];
  // The same word may stand at several places of a window.
  const label = tokens.map((text, i) => `${i + 1} ${text}`);
  const values = panels.flatMap(({ block, layer, rho }) =>
    rho.flatMap((row, a) =>
      row.map((value, b) => ({ block, layer: `layer ${layer}`, a: label[a], b: label[b], value })),
    ),
  );
  const axis = { labelLimit: LONGEST_LABEL, domain: false, ticks: false, grid: false, title: null };
  const counts = networks.map(([block, count]) => `${count} ${block}`).join(', ');
  const { formula, axis: pairs } = metricDefinition('correlationMean');
  return {
    name: 'correlation-heat-maps',
    title: 'Correlation between the tokens of one window',
    caption: `Mean of ρ_ab over the networks that read this window (${counts}); rows and columns are its tokens in order. The mean over ${pairs.replace('mean over ', '')} is the mean token correlation, ${formula}.`,
    formula: 'ρ_ab = V_ab/√(V_aa V_bb), V = X Xᵀ/n',
    wide: true,
    literal: true,
    spec: {
      title: 'Correlation between the tokens of one window',
      data: { values },
      facet: {
        row: {
          field: 'block',
          type: 'nominal',
          title: null,
          sort: blocks,
          header: { labelAngle: 0, labelAlign: 'left', labelOrient: 'left' },
        },
        column: {
          field: 'layer',
          type: 'nominal',
          title: null,
          sort: layers.map((layer) => `layer ${layer}`),
        },
      },
      spec: {
        width: SIDE,
        height: SIDE,
        mark: 'rect',
        encoding: {
          x: { field: 'b', type: 'ordinal', sort: label, axis: { ...axis, labelAngle: -60 } },
          y: { field: 'a', type: 'ordinal', sort: label, axis },
          color: {
            field: 'value',
            type: 'quantitative',
            scale: { domain: [-1, 1], scheme: 'redblue', reverse: true },
            legend: { title: 'ρ', orient: 'right', direction: 'vertical', gradientLength: SIDE },
          },
        },
      },
    },
  };
}
