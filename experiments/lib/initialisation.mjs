import { formatNumber } from '../../packages/harness/dist/report/format-number.js';
import { markdownTable } from '../../tools/docs/markdown-table.mjs';
import { quantile } from '../../packages/sde/dist/index.js';
import { readReportRun } from '../../packages/harness/dist/report/report-run.js';
import { runFigures } from '../../packages/harness/dist/report/run-figures.js';
import { jobsOf } from './jobs-of.mjs';

const FIGURES = ['rho-depth', 'effectiveRank-depth'];

/** Layers of the table: the first, the last and some between at equal factors. */
function layersOf(depth) {
  return [...new Set([1, Math.round(depth ** 0.5), Math.round(depth / 3), depth])];
}

/** The mean over a probe's networks of a metric at a layer. */
function meanAt({ layers }, layer, metric) {
  const values = layers
    .filter((record) => record.layer === layer)
    .map(({ metrics }) => metrics[metric])
    .filter(Number.isFinite);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The median over networks of the query gradient's norm at a layer. */
function gradientAt({ gradients }, layer) {
  const values = gradients
    .filter((record) => record.layer === layer)
    .map(({ queryGradientNorm }) => queryGradientNorm);
  return values.length === 0 ? NaN : quantile(values, 0.5);
}

/** ρ and rank against depth, and the SDE's band beside the shaped networks. */
export function results({ networks }) {
  const [{ run }] = jobsOf(networks);
  const report = readReportRun(run);
  const { depth, width, tokens } = report.config.model;
  const layers = layersOf(depth);
  const rows = report.probes.map((probe) => [
    probe.block,
    ...layers.map((layer) => formatNumber(meanAt(probe, layer, 'correlationMean'))),
    formatNumber(meanAt(probe, depth, 'effectiveRank')),
    `${formatNumber(gradientAt(probe, 1), 2)} / ${formatNumber(gradientAt(probe, depth), 2)}`,
  ]);
  const band = report.predictions.sde.bands.find(
    ({ layer, metric }) => layer === depth && metric === 'correlationMean',
  );
  const shaped = report.probes.find(({ block }) => block === 'shaped');
  const figures = Object.values(runFigures(report))
    .flat()
    .filter(({ name }) => FIGURES.includes(name));
  return {
    text: [
      `Width ${width}, depth ${depth}, ${tokens} words of State of the Union addresses; ` +
        `${shaped.record.networks} shaped networks and ${report.probes[1].record.networks} of each other ` +
        'kind, seed 0. Mean correlation ρ between tokens, effective rank of the covariance (at most ' +
        `${tokens}), and the median norm of the query gradient in the first and the last layer.`,
      markdownTable(
        ['blocks', ...layers.map((layer) => `ρ, layer ${layer}`), 'effective rank', 'gradient'],
        rows,
      ),
      `The SDE says ρ = ${formatNumber(band.mean)} at layer ${depth}, with 5–95 % of its paths between ` +
        `${formatNumber(band.q05)} and ${formatNumber(band.q95)}.`,
    ],
    figures,
  };
}
