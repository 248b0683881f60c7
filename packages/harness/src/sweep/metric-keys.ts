import { metricDefinition, METRICS } from '../metrics/registry.js';
import type { SweepCommand } from './sweep-command.js';

/** What a number of a sweep's job is, in words. */
export interface MetricText {
  title: string;
  description: string;
}

const own = (title: string, description: string): MetricText => ({ title, description });

/** The numbers that are no metric of layers. */
const OWN: Record<string, MetricText> = {
  'check.failed': own('failed tests', 'tests of the check whose verdict is FAIL'),
  'check.inconclusive': own('inconclusive tests', 'tests of the check that could not decide'),
  'train.validationLoss': own('validation loss', 'mean cross-entropy after training, nats a token'),
  'train.perplexity': own('perplexity', 'exp of the validation loss'),
  'train.lastLoss': own('training loss', 'mean cross-entropy of the last batch, nats a token'),
  'train.unigramLoss': own(
    'unigram loss',
    'the same text by token frequencies alone, nats a token',
  ),
  'map.healthy': own('healthy cells', 'share of the cells of the map that are decided and healthy'),
  'map.collapse': own('collapsed cells', 'share of the cells decided to collapse'),
  'map.blowUp': own('blown-up cells', 'share of the cells decided to blow up'),
  'map.undecided': own('undecided cells', 'share of the cells that are not decided'),
  'advise.risk': own('risk', 'share of simulated networks that collapse, blow up or vanish'),
  'advise.collapse': own('collapse', 'share of simulated networks that collapse'),
  'advise.blowUp': own('blow-up', 'share of simulated networks that blow up'),
  'advise.vanish': own('vanishing', 'share of simulated networks that vanish'),
  'advise.rho': own('median ρ', 'median correlation between tokens at the last layer'),
  'advise.gamma': own('advised γ', 'branch weight of the least shaping found'),
  'advise.tau0': own('advised τ0', 'temperature scale of the least shaping found'),
  'advise.cMinus': own('advised c₋', 'slope shift of the least shaping found'),
};

const LAYER_SOURCES = {
  probe: 'mean over the networks, last layer',
  sde: 'median over the SDE’s paths, last layer',
  chain: 'median over the exact chain’s paths, last layer',
} as const;

const namesOf = (source: 'covariance' | 'attention') =>
  METRICS.filter((metric) => metric.source === source).map(({ name }) => name);

const layerKeys = [
  ...[...namesOf('covariance'), ...namesOf('attention')].map((name) => `probe.${name}`),
  ...['sde', 'chain'].flatMap((theory) => namesOf('covariance').map((n) => `${theory}.${n}`)),
];

/** Every number that a job of a sweep can have, in the order of tables. */
export const metricKeys: readonly string[] = [...layerKeys, ...Object.keys(OWN)];

/** What a number is. @throws RangeError when there is none of this name */
export function metricText(key: string): MetricText {
  if (key in OWN) return OWN[key];
  const [source, name] = key.split('.');
  const { title, formula } = metricDefinition(name);
  const of = LAYER_SOURCES[source as keyof typeof LAYER_SOURCES];
  const label = source === 'probe' ? title : `${title} (${source === 'sde' ? 'SDE' : source})`;
  return { title: label, description: `${formula}; ${of}` };
}

const SHOWN: Record<SweepCommand, readonly string[]> = {
  probe: ['probe.correlationMean', 'probe.effectiveRank', 'probe.logNormMean'],
  predict: ['sde.correlationMean', 'chain.correlationMean'],
  check: ['probe.correlationMean', 'sde.correlationMean', 'check.failed'],
  train: ['train.validationLoss', 'train.perplexity'],
  map: ['map.healthy', 'map.collapse', 'map.blowUp'],
  run: ['probe.correlationMean', 'sde.correlationMean', 'check.failed', 'train.validationLoss'],
  advise: ['advise.risk', 'advise.rho', 'advise.gamma', 'advise.tau0'],
};

/** What summaries and figures of these commands show where nothing else was asked for. */
export function shownMetrics(commands: readonly SweepCommand[]): string[] {
  return [...new Set(commands.flatMap((command) => SHOWN[command]))];
}
