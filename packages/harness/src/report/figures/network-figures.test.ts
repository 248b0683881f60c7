import { describe, expect, it } from 'vitest';
import type { Band } from '../../predict/index.js';
import { draw } from '../testing/draw.js';
import { markCount } from '../testing/vega-svg.js';
import { correlationHeatMaps } from './correlation-heat-maps.js';
import type { FigureSpec } from './figure.js';
import { lastLayerDistribution } from './last-layer-distribution.js';
import { metricDepth, type MetricDepthData } from './metric-depth.js';
import { queryKeyGradientDepth } from './query-key-gradient-depth.js';
import { renderFigure } from './render-figure.js';
import { MOST_POINTS } from './theme.js';

/** Values of three networks that rise by `slope` a layer. */
function rising(slope: number, depth = 10) {
  return [0, 0.01, 0.02].flatMap((shift) =>
    Array.from({ length: depth + 1 }, (_, layer) => ({
      layer,
      value: 0.1 + shift + slope * layer,
    })),
  );
}

function band(layer: number): Band {
  const [q025, q05, q25, q50, q75, q95, q975] = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3];
  const levels = { q025, q05, q25, q50, q75, q95, q975 };
  return { layer, metric: 'correlationMean', count: 9, mean: 0.16, ...levels };
}

const depthData: MetricDepthData = {
  metric: 'correlationMean',
  ensembles: [
    { block: 'shaped', values: rising(0.001) },
    { block: 'unshaped', values: rising(0.05) },
  ],
  sde: [band(0), band(10)],
  chain: [band(0), band(10)],
  centre: 'mean',
};

describe('a metric against depth', () => {
  it('draws a line for each kind, the SDE and the chain, and a band for all but the chain', async () => {
    const { svg, texts } = await draw(metricDepth('rho-depth', depthData));
    expect(markCount(svg, 'line')).toBe(4);
    expect(markCount(svg, 'area')).toBe(3);
    expect(texts).toEqual(
      expect.arrayContaining(['Mean token correlation against depth', 'layer ℓ']),
    );
    expect(texts).toEqual(expect.arrayContaining(['shaped', 'unshaped', 'SDE', 'exact chain']));
  });

  it('says in its caption where every curve ends', () => {
    const figure = metricDepth('rho-depth', depthData);
    expect(figure?.caption).toContain('At layer 10: shaped 0.12 (0.111 to 0.129)');
    expect(figure?.caption).toContain('SDE 0.16 (0.05 to 0.25)');
  });

  it('shows the median where it is asked to', () => {
    const values = [1, 2, 90].map((value) => ({ layer: 1, value }));
    const caption = (centre: 'mean' | 'median') =>
      metricDepth('n', { metric: 'normMean', ensembles: [{ block: 'shaped', values }], centre })
        ?.caption;
    expect(caption('median')).toContain('shaped 2 (');
    expect(caption('mean')).toContain('shaped 31 (');
  });

  it('leaves out values that are absent, not finite or not positive on a log axis', async () => {
    const values = [null, NaN, Infinity, 0, -1, 1e-9, 1e3].map((value, layer) => ({
      layer,
      value,
    }));
    const figure = metricDepth('n', {
      metric: 'normMean',
      ensembles: [{ block: 'preLN', values }],
      centre: 'median',
      scale: 'log',
    });
    const { texts } = await draw(figure);
    expect(texts).toEqual(expect.arrayContaining(['10⁻⁹', '10³']));
    expect(figure?.caption).toContain('preLN 1000 (1000 to 1000)');
  });

  it('has no figure when there is nothing to draw', () => {
    expect(metricDepth('n', { metric: 'normMean', ensembles: [], centre: 'mean' })).toBeUndefined();
    const values = [{ layer: 0, value: null }];
    const ensembles = [{ block: 'shaped' as const, values }];
    expect(metricDepth('n', { metric: 'normMean', ensembles, centre: 'mean' })).toBeUndefined();
  });

  it('draws a constant of a single layer', async () => {
    const ensembles = [{ block: 'shaped' as const, values: [{ layer: 0, value: 1 }] }];
    await draw(metricDepth('n', { metric: 'normMean', ensembles, centre: 'mean', scale: 'log' }));
  });

  it('thins a deep network to the points that a plot can show, its ends kept', () => {
    const figure = metricDepth('n', {
      ...depthData,
      ensembles: [{ block: 'shaped', values: rising(1e-4, 5000) }],
      sde: [],
      chain: [],
    });
    const { values } = (figure?.spec as { data: { values: { layer: number }[] } }).data;
    expect(values).toHaveLength(MOST_POINTS);
    expect([values[0].layer, values[MOST_POINTS - 1].layer]).toEqual([0, 5000]);
  });
});

describe('a distribution at the last layer', () => {
  const sample = Array.from({ length: 60 }, (_, i) => -0.2 + (i % 20) / 30 + i / 1000);
  const data = {
    metric: 'correlationMean',
    block: 'shaped' as const,
    layer: 7,
    networks: sample,
    sde: sample,
    chain: sample,
    support: [-1 / 3, 1] as const,
  };

  it('draws bars of the networks and a density for SDE and chain', async () => {
    const { svg, texts } = await draw(lastLayerDistribution('rho-last-layer', data));
    expect(markCount(svg, 'rect')).toBe(8);
    expect(markCount(svg, 'line')).toBe(2);
    expect(texts).toEqual(
      expect.arrayContaining(['Mean token correlation at layer 7', 'shaped networks', 'SDE']),
    );
  });

  it('counts every network in its bars', () => {
    const figure = lastLayerDistribution('x', { ...data, sde: [], chain: [] });
    const [{ data: bars }] = (
      figure?.spec as unknown as {
        layer: { data: { values: { from: number; to: number; density: number }[] } }[];
      }
    ).layer;
    const mass = bars.values.reduce((sum, { from, to, density }) => sum + density * (to - from), 0);
    // 0.2 % at either end may lie beyond the axis: at most the outermost networks.
    expect(mass).toBeGreaterThan(1 - 3 / sample.length);
    expect(mass).toBeLessThanOrEqual(1 + 1e-12);
  });

  it('survives undefined values and paths outside the support', async () => {
    const sde = [...sample, NaN, 1.5, -2];
    await draw(lastLayerDistribution('x', { ...data, networks: [NaN, ...sample], sde }));
  });

  it('has no figure for a constant or for nothing', () => {
    expect(
      lastLayerDistribution('x', { ...data, networks: [1, 1], sde: [1, 1], chain: [] }),
    ).toBeUndefined();
    expect(
      lastLayerDistribution('x', { ...data, networks: [], sde: [], chain: [] }),
    ).toBeUndefined();
  });
});

describe('gradients of queries and keys', () => {
  it('has a panel each and a line for each kind', async () => {
    const values = rising(0.01);
    const figure = queryKeyGradientDepth({
      ensembles: [
        { block: 'shaped', query: values, key: values },
        { block: 'postLN', query: values, key: values },
      ],
    });
    const { svg, texts } = await draw(figure);
    expect(markCount(svg, 'line')).toBe(4);
    expect(texts).toEqual(expect.arrayContaining(['queries WQ', 'keys WK']));
  });

  it('has no figure when every norm is zero', () => {
    const zero = [{ layer: 1, value: 0 }];
    const ensembles = [{ block: 'shaped' as const, query: zero, key: zero }];
    expect(queryKeyGradientDepth({ ensembles })).toBeUndefined();
  });
});

describe('heat maps', () => {
  const rho = [
    [1, 0.5],
    [0.5, null],
  ];

  it('has a panel a layer with the tokens as labels, repeated words apart', async () => {
    const { svg, texts } = await draw(
      correlationHeatMaps({
        tokens: ['the', 'the'],
        panels: [0, 5, 10].map((layer) => ({ block: 'shaped', layer, rho })),
        networks: [['shaped', 3]],
      }),
    );
    expect(markCount(svg, 'rect')).toBe(3 * 3);
    expect(texts).toEqual(expect.arrayContaining(['1 the', '2 the', 'layer 5']));
  });

  it('escapes tokens and leaves their underscores alone', async () => {
    const { svg, texts } = await draw(
      correlationHeatMaps({
        tokens: ['<script>', 'a_b'],
        panels: [{ block: 'shaped', layer: 0, rho }],
        networks: [['shaped', 1]],
      }),
    );
    expect(svg).not.toContain('<script>');
    expect(svg).not.toContain('<tspan');
    expect(texts).toEqual(expect.arrayContaining(['1 &lt;script&gt;', '2 a_b']));
  });
});

describe('renderFigure', () => {
  it('gives the same bytes for the same figure', async () => {
    const figure = metricDepth('rho-depth', depthData) as FigureSpec;
    expect((await renderFigure(figure)).svg).toBe((await renderFigure(figure)).svg);
  });

  it('throws what Vega reports instead of drawing half a figure', async () => {
    const spec = { data: { values: [1] }, mark: 'point', transform: [{ filter: '][' }] } as const;
    await expect(
      renderFigure({ name: 'x', title: 'x', caption: '', spec: spec as never }),
    ).rejects.toThrow();
  });
});
