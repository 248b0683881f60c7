import { join } from 'node:path';
import { TensorBoardWriter, type HeatMap } from '@shaped/harness/tensorboard';

/** Layers of the networks; the profiles have one more value, that of the input. */
export const LAYERS = 100;

/** More training steps than TensorBoard keeps by default (1,000). */
export const TRAINING_STEPS = 2500;

/** More images of one tag than TensorBoard keeps by default (10). */
export const IMAGES = 24;

/** Tokens: the sides of the heat maps. */
export const TOKENS = 12;

/** Seconds since 1970 of every event. */
export const WALL_TIME = 1_700_000_000.5;

/** The runs, with the correlation that their profiles tend to. */
export const RUNS = { shaped: 0.2, preLN: 0.9 } as const;

export const LOSS_DESCRIPTION = 'Cross-entropy, **nats** a token.';

export const CONFIG = '## Config\n\n| key | value |\n|---|---|\n| gamma | 0.354 |\n';

/** The mean correlation at every layer, and a band around it. */
export function profile(limit: number) {
  const depth = Array.from({ length: LAYERS + 1 }, (_, layer) => layer / LAYERS);
  const value = depth.map(
    (t) => limit + (0.2 - limit) * Math.exp(-3 * t) + 0.02 * Math.sin(40 * t),
  );
  return {
    value,
    lower: depth.map((t, i) => value[i] - 0.2 * Math.sqrt(t)),
    upper: depth.map((t, i) => value[i] + 0.2 * Math.sqrt(t)),
  };
}

/** Training loss at a step. */
export const loss = (step: number) => 2 + 3 * Math.exp(-step / 400) + 0.1 * Math.sin(step);

/** Correlations of token pairs at a layer, some negative: 1,000 values for a histogram. */
export function pairCorrelations(layer: number): Float64Array {
  return Float64Array.from(
    { length: 1000 },
    (_, i) => Math.sin(i * (1 + layer / 7)) * (1 - layer / 200),
  );
}

/** The correlation matrix at a layer. */
export function correlationMap(layer: number): HeatMap {
  const values = Float64Array.from({ length: TOKENS ** 2 }, (_, i) => {
    const distance = Math.abs(Math.floor(i / TOKENS) - (i % TOKENS));
    return Math.cos((distance * (layer + 5)) / 20) * Math.exp(-distance / 8);
  });
  return { values, rows: TOKENS, columns: TOKENS, scale: 'diverging' };
}

/** Causal attention probabilities. */
export function attentionMap(): HeatMap {
  const values = Float64Array.from({ length: TOKENS ** 2 }, (_, i) => {
    const [query, key] = [Math.floor(i / TOKENS), i % TOKENS];
    return key > query ? 0 : (key + 1) / ((query + 1) * (query + 2) * 0.5);
  });
  return { values, rows: TOKENS, columns: TOKENS, scale: 'sequential', range: [0, 1] };
}

/** Logs two runs with every kind of value, and the table above them. */
export function writeSampleLogs(logdir: string): void {
  const now = () => WALL_TIME * 1000;
  const table = new TensorBoardWriter(logdir, { now });
  table.hparamsExperiment({
    name: 'shaped',
    hparams: [
      { name: 'block', type: 'string', domain: { values: Object.keys(RUNS) } },
      { name: 'gamma', type: 'number', domain: { minimum: 0, maximum: 1 } },
      { name: 'causal', type: 'boolean' },
    ],
    metrics: [
      { tag: 'rho/mean', displayName: 'mean ρ, last layer' },
      { tag: 'train/loss', displayName: 'loss' },
    ],
  });
  table.close();
  for (const [block, limit] of Object.entries(RUNS)) {
    const run = new TensorBoardWriter(join(logdir, block), { now });
    run.hparamsStart({ block, gamma: 0.25, causal: block === 'shaped' });
    run.layout([
      {
        title: 'Depth',
        charts: [
          {
            title: 'mean correlation inside the SDE band',
            series: [{ value: 'rho/mean', lower: 'rho/lower', upper: 'rho/upper' }],
          },
          { title: 'training', tags: ['train/loss'] },
        ],
      },
    ]);
    run.text('config', CONFIG);
    const { value, lower, upper } = profile(limit);
    run.depthProfile('rho/mean', value, { description: 'Mean of ρ_ab over a < b. x: layer.' });
    run.depthProfile('rho/lower', lower);
    run.depthProfile('rho/upper', upper);
    for (let step = 0; step < TRAINING_STEPS; step++) {
      run.scalar('train/loss', loss(step), step, { description: LOSS_DESCRIPTION });
    }
    for (let layer = 0; layer < IMAGES; layer++) {
      run.histogram('rho/density', pairCorrelations(layer), layer, { range: [-1, 1], buckets: 40 });
      run.heatMap('rho/matrix', correlationMap(layer), layer, {
        description: 'ρ, tokens × tokens.',
      });
    }
    run.heatMap('attention/first', attentionMap(), 0);
    run.hparamsEnd('success');
    run.close();
  }
}
