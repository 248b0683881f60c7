import { moments } from '@shaped/sde';
import { lineText } from '../map/render-map.js';
import { formatNumber } from './format-number.js';
import { modelProbe, type ReportProbe, type ReportRun } from './report-run.js';
import { recordsOf } from './training-records.js';

/** A correlation with three decimals: 1.000 is one that rounds to 1. */
export function formatCorrelation(rho: number): string {
  return rho.toFixed(3).replace('-', '−');
}

/** Mean over networks of the mean correlation at the last layer; undefined with a single token. */
export function finalCorrelation({ layers, record }: ReportProbe): number | undefined {
  const values = layers
    .filter(({ layer }) => layer === record.arch.depth)
    .flatMap(({ metrics }) => metrics.correlationMean ?? []);
  if (values.length === 0) return undefined;
  return values.length === 1 ? values[0] : moments(values).mean;
}

/** The model's sentence: its correlation at the last layer and where it stands in the SDE's band. */
function modelSentence(run: ReportRun): string | undefined {
  const probe = modelProbe(run);
  const rho = probe && finalCorrelation(probe);
  if (!probe || rho === undefined) return undefined;
  const { depth } = probe.record.arch;
  const band = run.predictions.sde?.bands.find(
    ({ metric, layer }) => metric === 'correlationMean' && layer === depth,
  );
  const { block, record } = probe;
  const start = `${block}: mean ρ ${formatCorrelation(rho)} at layer ${depth}`;
  if (!band) return `${start} (${record.networks} networks).`;
  const place = rho < band.q05 ? 'below' : rho > band.q95 ? 'above' : 'inside';
  return `${start}, ${place} the SDE’s 5–95 % band (${formatCorrelation(band.q05)} to ${formatCorrelation(band.q95)}).`;
}

/** The baselines' sentence. */
function baselineSentence(run: ReportRun): string | undefined {
  const own = run.probes.filter(({ block }) => block !== run.config.model.block);
  const parts = own.flatMap((probe) => {
    const rho = finalCorrelation(probe);
    return rho === undefined ? [] : [`${probe.block} ${formatCorrelation(rho)}`];
  });
  if (parts.length === 0) return undefined;
  const layers = [...new Set(own.map(({ record }) => record.arch.depth))];
  return `At layer ${layers.join(' or ')} the mean ρ of the baselines is: ${parts.join(', ')} (1 is rank collapse).`;
}

function checkSentence({ check }: ReportRun): string | undefined {
  if (!check) return undefined;
  const parts = Object.entries(check.comparisons).map(([name, verdict]) => `${name} ${verdict}`);
  const control =
    check.negativeControl === 'none'
      ? ''
      : ` The network was built wrong on purpose (${check.negativeControl}), so it should FAIL.`;
  return `Check: ${parts.join('; ')}.${control}`;
}

function trainingSentence({ training }: ReportRun): string | undefined {
  const validation = recordsOf(training ?? [], 'validation');
  if (validation.length === 0) return undefined;
  const [first, last] = [validation[0], validation[validation.length - 1]];
  return `Training: validation loss ${formatNumber(first.loss)} at step ${first.step}, ${formatNumber(last.loss)} at step ${last.step}.`;
}

function mapSentence({ map }: ReportRun): string | undefined {
  if (!map) return undefined;
  const { summary } = map.record;
  const lines = summary.lines.map((line) => lineText(map.record, line));
  return `Phase diagram: ${lines.join('; ')}.`;
}

/** What a run found, a sentence a part, the main result first. */
export function mainResult(run: ReportRun): string[] {
  return [
    modelSentence(run),
    baselineSentence(run),
    checkSentence(run),
    trainingSentence(run),
    mapSentence(run),
  ].filter((sentence) => sentence !== undefined);
}
