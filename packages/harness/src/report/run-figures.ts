import type { Band } from '../predict/index.js';
import { gramMetricNames, type GramMetricName } from '../metrics/index.js';
import type { GradientMetricName } from '../metrics/index.js';
import type { LayerValue } from './depth-profile.js';
import type { FigureSpec } from './figures/figure.js';
import { heatMapData } from './heat-map-data.js';
import { correlationHeatMaps } from './figures/correlation-heat-maps.js';
import { lastLayerDistribution } from './figures/last-layer-distribution.js';
import { MAP_QUANTITIES, mapQuantity } from './figures/map-quantity.js';
import { metricDepth, type MetricDepthData } from './figures/metric-depth.js';
import { oneStepResiduals } from './figures/one-step-residuals.js';
import { phaseDiagram } from './figures/phase-diagram.js';
import { queryKeyGradientDepth } from './figures/query-key-gradient-depth.js';
import { trainingBand } from './figures/training-band.js';
import { largestNumbers, updateRatios } from './figures/training-health.js';
import { gainCurve, metricCurve, trainingLayers } from './figures/training-layers.js';
import { trainingLoss } from './figures/training-loss.js';
import { widthGap } from './figures/width-gap.js';
import {
  modelProbe,
  type ReportPrediction,
  type ReportProbe,
  type ReportRun,
} from './report-run.js';

/** The groups of figures in the order of the page. */
export const FIGURE_SECTIONS = [
  'correlation',
  'rank',
  'scale',
  'residuals',
  'width',
  'training',
  'map',
] as const;
export type FigureSection = (typeof FIGURE_SECTIONS)[number];

/** The figures of a run by section; what the run does not hold has none. */
export type RunFigures = Record<FigureSection, FigureSpec[]>;

const RANK_METRICS = [
  'effectiveRank',
  'stableRank',
  'distanceToEqualTokens',
  'distanceToRankOne',
] as const satisfies readonly GramMetricName[];
const TRAINED_METRICS = ['correlationMean', 'effectiveRank', 'normMean', 'attentionEntropy'];

function present(figures: readonly (FigureSpec | undefined)[]): FigureSpec[] {
  return figures.filter((figure) => figure !== undefined);
}

function gramValues({ layers }: ReportProbe, metric: GramMetricName): LayerValue[] {
  return layers.map(({ layer, metrics }) => ({ layer, value: metrics[metric] }));
}

function gradientValues({ gradients }: ReportProbe, metric: GradientMetricName): LayerValue[] {
  return gradients.map(({ layer, [metric]: value }) => ({ layer, value }));
}

/** A metric of the covariance against depth, networks and theory. */
function gramDepth(
  run: ReportRun,
  name: string,
  metric: GramMetricName,
  look: Pick<MetricDepthData, 'centre' | 'scale'>,
): FigureSpec | undefined {
  const bands = (prediction: ReportPrediction | undefined): readonly Band[] | undefined =>
    prediction?.bands;
  return metricDepth(name, {
    metric,
    ensembles: run.probes.map((probe) => ({
      block: probe.block,
      values: gramValues(probe, metric),
    })),
    sde: bands(run.predictions.sde),
    chain: bands(run.predictions.chain),
    ...look,
  });
}

/** The values of a metric at the last layer of every path. */
export function finalValues(
  prediction: ReportPrediction | undefined,
  metric: GramMetricName,
): number[] {
  if (!prediction) return [];
  const { metrics, record } = prediction;
  const stride = gramMetricNames.length;
  const last = (record.layers.length - 1) * stride + gramMetricNames.indexOf(metric);
  return Array.from(
    { length: record.paths },
    (_, path) => metrics[path * record.layers.length * stride + last],
  );
}

function distribution(
  run: ReportRun,
  name: string,
  metric: GramMetricName,
  support?: readonly [number, number],
): FigureSpec | undefined {
  const probe = modelProbe(run);
  const { sde, chain } = run.predictions;
  const depth = (probe ?? sde ?? chain)?.record.arch.depth;
  if (depth === undefined) return undefined;
  return lastLayerDistribution(name, {
    metric,
    block: run.config.model.block,
    layer: depth,
    networks: (probe?.layers ?? [])
      .filter(({ layer }) => layer === depth)
      .map(({ metrics }) => metrics[metric] ?? NaN),
    sde: finalValues(sde, metric),
    chain: finalValues(chain, metric),
    support,
  });
}

/** The phase diagram and its heat maps. */
function mapFigures({ map, config }: ReportRun): FigureSpec[] {
  if (!map) return [];
  const data = { ...map, model: config.model };
  return [phaseDiagram(data), ...MAP_QUANTITIES.map((quantity) => mapQuantity(quantity, data))];
}

/** All figures that the parts of a run allow. */
export function runFigures(run: ReportRun): RunFigures {
  const { config, probes, residuals, check, training } = run;
  const { block, tokens } = config.model;
  const heatMaps = heatMapData(run);
  // No matrix of T unit vectors has a smaller mean correlation.
  const support = tokens > 1 ? ([-1 / (tokens - 1), 1] as const) : undefined;
  return {
    correlation: present([
      gramDepth(run, 'rho-depth', 'correlationMean', { centre: 'mean' }),
      distribution(run, 'rho-last-layer', 'correlationMean', support),
      heatMaps && correlationHeatMaps(heatMaps),
    ]),
    rank: present(
      RANK_METRICS.map((metric) => gramDepth(run, `${metric}-depth`, metric, { centre: 'median' })),
    ),
    scale: present([
      gramDepth(run, 'norm-depth', 'normMean', { centre: 'median', scale: 'log' }),
      distribution(run, 'norm-last-layer', 'logNormMean'),
      metricDepth('attention-entropy-depth', {
        metric: 'attentionEntropy',
        ensembles: probes.map((probe) => ({
          block: probe.block,
          values: probe.layers.map(({ layer, attention }) => ({
            layer,
            value: attention?.attentionEntropy,
          })),
        })),
        centre: 'median',
      }),
      metricDepth('gradient-depth', {
        metric: 'gradientNorm',
        ensembles: probes.map((probe) => ({
          block: probe.block,
          values: gradientValues(probe, 'gradientNorm'),
        })),
        centre: 'median',
        scale: 'log',
      }),
      queryKeyGradientDepth({
        ensembles: probes.map((probe) => ({
          block: probe.block,
          query: gradientValues(probe, 'queryGradientNorm'),
          key: gradientValues(probe, 'keyGradientNorm'),
        })),
      }),
    ]),
    residuals: present([
      oneStepResiduals('drift', { block, profiles: residuals }),
      oneStepResiduals('diffusion', { block, profiles: residuals }),
    ]),
    width: present([widthGap(check?.gaps ?? [])]),
    training: training
      ? present([
          trainingLoss(training, config.train.model.block ?? block),
          trainingBand(training, run.trainingBands),
          ...TRAINED_METRICS.map((metric) => trainingLayers(training, metricCurve(metric))),
          trainingLayers(training, gainCurve('gamma1')),
          trainingLayers(training, gainCurve('gamma2')),
          updateRatios(training),
          largestNumbers(training),
        ])
      : [],
    map: mapFigures(run),
  };
}
