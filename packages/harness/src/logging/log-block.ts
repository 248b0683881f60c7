import type { BlockKind } from '@shaped/sde';
import {
  metricDefinition,
  tokenCorrelation,
  type GramMetricName,
  type MetricName,
} from '../metrics/index.js';
import {
  bandsOf,
  hasPrediction,
  metricColumn,
  readPrediction,
  recordedLayers,
  type Band,
  type MetricEnsemble,
  type Theory,
} from '../predict/index.js';
import {
  probeEnsemble,
  readGradientRecords,
  readLayerRecords,
  readProbe,
  readProbeMatrix,
  type LayerRecord,
  type ProbeRecord,
} from '../probe/index.js';
import type { RunDirectory } from '../run/index.js';
import type { TagOptions, TensorBoardWriter } from '../tensorboard/index.js';
import { bandTags, CHARTED_METRICS, theoryLayout } from './theory-layout.js';

/** Metrics whose distribution over networks is shown as histograms. */
const DISTRIBUTED_METRICS = [
  'correlationMean',
  'logNormMean',
  'effectiveRank',
] as const satisfies readonly GramMetricName[];

/** Heat maps are drawn at about this many layers, spread evenly. */
const HEAT_MAPS = 5;

/** What TensorBoard shows beside the values of a metric. */
function described(metric: MetricName, what: string): TagOptions {
  const { title, formula, axis } = metricDefinition(metric);
  return {
    displayName: `${title}, ${what}`,
    description: `${what}; step = layer. \`${formula}\`, ${axis}.`,
  };
}

/** Logs every layer of one measured block kind: curves, distributions, heat maps, gradients. */
export function logBlock(run: RunDirectory, block: BlockKind, writer: TensorBoardWriter): void {
  const probe = readProbe(run, block);
  const { depth } = probe.arch;
  const records = readLayerRecords(run, block);
  const ensemble = probeEnsemble(probe, records);
  const layers = Array.from({ length: depth + 1 }, (_, layer) => layer);
  const bands = bandsOf(ensemble, layers);
  for (const { layer, metric, mean } of bands) {
    writer.scalar(`depth/${metric}`, mean, layer, described(metric, 'mean over networks'));
    if (layer === depth) writer.scalar(`last_layer/${metric}`, mean, layer);
  }
  logAttention(records, writer);
  logGradients(run, block, writer);
  logDistributions(ensemble, depth, writer);
  if (probe.matrices.includes('V')) logHeatMaps(run, block, probe, writer);
  logTheories(run, block, bands, writer);
}

function logAttention(records: readonly LayerRecord[], writer: TensorBoardWriter): void {
  for (const metric of ['attentionEntropy', 'attentionEntropyNormalized'] as const) {
    const byLayer = groupByLayer(records, ({ layer, attention }) => [
      layer,
      attention?.[metric] ?? undefined,
    ]);
    logMeans(`depth/${metric}`, byLayer, writer, described(metric, 'mean over networks'));
  }
}

function logGradients(run: RunDirectory, block: BlockKind, writer: TensorBoardWriter): void {
  const records = readGradientRecords(run, block);
  for (const metric of ['gradientNorm', 'queryGradientNorm', 'keyGradientNorm'] as const) {
    const byLayer = groupByLayer(records, (record) => [record.layer, record[metric]]);
    logMeans(`depth/${metric}`, byLayer, writer, described(metric, 'mean over networks'));
  }
}

function groupByLayer<T>(
  records: readonly T[],
  pick: (record: T) => [layer: number, value: number | undefined],
): Map<number, number[]> {
  const byLayer = new Map<number, number[]>();
  for (const record of records) {
    const [layer, value] = pick(record);
    if (value === undefined) continue;
    const values = byLayer.get(layer);
    if (values) values.push(value);
    else byLayer.set(layer, [value]);
  }
  return byLayer;
}

function logMeans(
  tag: string,
  byLayer: ReadonlyMap<number, readonly number[]>,
  writer: TensorBoardWriter,
  options: TagOptions,
): void {
  for (const [layer, values] of [...byLayer].sort(([a], [b]) => a - b)) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    writer.scalar(tag, mean, layer, options);
  }
}

function logDistributions(
  ensemble: MetricEnsemble,
  depth: number,
  writer: TensorBoardWriter,
): void {
  for (const metric of DISTRIBUTED_METRICS) {
    for (const layer of recordedLayers(depth)) {
      const values = metricColumn(ensemble, layer, metric);
      if (values.length === 0) continue;
      const options = described(metric, 'distribution over networks');
      writer.histogram(`over_networks/${metric}`, values, layer, options);
    }
  }
}

function logHeatMaps(
  run: RunDirectory,
  block: BlockKind,
  { arch, windows }: ProbeRecord,
  writer: TensorBoardWriter,
): void {
  const { tokens, depth } = arch;
  const V = readProbeMatrix(run, block, 'V');
  const size = tokens * tokens;
  const description = `Token correlation of network 0 on "${windows[0].text}"; step = layer.`;
  for (let i = 0; i < HEAT_MAPS; i++) {
    const layer = Math.round((i * depth) / (HEAT_MAPS - 1));
    if (i > 0 && layer === Math.round(((i - 1) * depth) / (HEAT_MAPS - 1))) continue;
    const matrix = tokenCorrelation(V.subarray(layer * size, (layer + 1) * size), tokens);
    const values = matrix.flat().map((rho) => rho ?? 0); // a token of zero norm correlates with none
    writer.heatMap(
      'correlation_matrix',
      { values, rows: tokens, columns: tokens, scale: 'diverging' },
      layer,
      { description },
    );
  }
}

/** Logs the network inside the bands of the theories that predict this block kind. */
function logTheories(
  run: RunDirectory,
  block: BlockKind,
  network: readonly Band[],
  writer: TensorBoardWriter,
): void {
  const theories = (['sde', 'chain'] as const).filter(
    (theory) =>
      hasPrediction(run, theory) && readPrediction(run, theory).record.arch.block === block,
  );
  for (const theory of theories) logTheory(run, theory, network, writer);
  if (theories.length > 0) writer.layout(theoryLayout(theories));
}

function logTheory(
  run: RunDirectory,
  theory: Theory,
  network: readonly Band[],
  writer: TensorBoardWriter,
): void {
  const measured = new Map(network.map((band) => [`${band.metric} ${band.layer}`, band.mean]));
  for (const band of readPrediction(run, theory).bands) {
    const { metric, layer } = band;
    const mean = measured.get(`${metric} ${layer}`);
    if (mean === undefined || !CHARTED_METRICS.includes(metric)) continue;
    const tags = bandTags(theory, metric);
    writer.scalar(tags.network, mean, layer, described(metric, 'network, mean over networks'));
    writer.scalar(tags.median, band.q50, layer, described(metric, `${theory}, median`));
    writer.scalar(tags.lower, band.q05, layer, described(metric, `${theory}, 5 % quantile`));
    writer.scalar(tags.upper, band.q95, layer, described(metric, `${theory}, 95 % quantile`));
  }
}
