import { z } from 'zod';
import { adviseSection } from './advise-section.js';
import { mapSection } from './map-section.js';
import { blockKinds, modelSection } from './model-section.js';
import { count } from './scalars.js';
import { trainSection } from './train-section.js';

const data = z
  .strictObject({
    corpus: z
      .string()
      .min(1)
      .default('sotu')
      .describe(
        'Text: sotu (State of the Union addresses, shipped); wikipedia, moby-dick or shakespeare (shaped data fetch); or the path of a file, a folder or a .jsonl with a text field.',
      ),
    tokenizer: z
      .string()
      .regex(/^(bytes|words|bpe|.+\.json)$/s, 'bytes, words, bpe or the path of a tokenizer.json')
      .default('words')
      .describe(
        'What a token is: bytes, words, bpe (8,192 byte pairs, shipped), or the path of a tokenizer.json.',
      ),
    vocabulary: z
      .int()
      .min(2)
      .default(4096)
      .describe('Words kept by the words tokenizer; the rest becomes one unknown token.'),
    positions: z
      .boolean()
      .default(true)
      .describe(
        'Adds a position embedding, (E[token] + P[position])/√2. Without it a repeated token makes V0 singular.',
      ),
  })
  .describe('The text whose windows are embedded.');

const probe = z
  .strictObject({
    networks: z.int().min(2).default(96).describe('Networks (seeds) of the ensemble.'),
    windows: count()
      .default(8)
      .describe('Distinct text windows; network s reads window s mod windows.'),
    gradients: z
      .int()
      .min(0)
      .default(4)
      .describe('Networks whose gradient norms are measured as well.'),
    baselines: z
      .array(z.enum(blockKinds))
      .default(['preLN', 'postLN', 'unshaped'])
      .describe('Block kinds measured beside the model, on the same windows.'),
    baselineNetworks: z.int().min(2).default(16).describe('Networks of each baseline.'),
  })
  .describe('Measuring real networks at initialisation.');

const predict = z
  .strictObject({
    sdePaths: z.int().min(2).default(2048).describe('Paths of the covariance SDE.'),
    chainPaths: z.int().min(2).default(1024).describe('Paths of the exact finite-width chain.'),
    stepsPerLayer: count()
      .default(2)
      .describe('Solver steps a layer: dt = 1/(width · stepsPerLayer).'),
    stopAt: z
      .number()
      .positive()
      .default(1000)
      .describe('Stopping radius r: a path stops when an entry of |V| exceeds it.'),
  })
  .describe('Predicting the same quantities from theory.');

const check = z
  .strictObject({
    alpha: z
      .number()
      .gt(0)
      .lt(0.5)
      .default(0.01)
      .describe('Level of the whole verdict (Holm over all tests).'),
    draws: z
      .int()
      .min(8)
      .default(24)
      .describe('Chain steps drawn beside every measured step for the one-step residuals.'),
    widths: z
      .array(count())
      .min(2)
      .optional()
      .describe(
        'Widths of the trend of the gap from chain to SDE, at fixed depth/width. Default: an eighth, a quarter, half, once and twice the width of the model, where they fit.',
      ),
    trendPaths: z.int().min(2).default(8192).describe('Chain paths a width of that trend.'),
    stopAt: z
      .number()
      .positive()
      .default(10)
      .describe(
        'Stopping radius r of |V| in that trend. Beyond it the SDE runs off to explosion while the softmax of a finite network saturates.',
      ),
    negativeControl: z
      .enum(['none', 'centring', 'tau0', 'cMinus', 'normalizer', 'gamma'])
      .default('none')
      .describe('Builds a deliberately wrong network, which the check must fail.'),
  })
  .describe('Comparing network, exact chain and SDE.');

/** The schema of a configuration: types, checks, defaults and documentation come from it. */
export const configSchema = z.strictObject({
  name: z
    .string()
    .regex(/^(?!\.+$)[\w.-]+$/, 'letters, digits, dot, dash or underscore')
    .default('run')
    .describe('Names the run and, below runs/, its directory.'),
  seed: z.int().min(0).default(0).describe('Seed of everything random.'),
  backend: z
    .enum(['auto', 'tensorflow', 'wasm', 'cpu'])
    .default('auto')
    .describe('tfjs backend; auto takes tensorflow where it is installed, else wasm, else cpu.'),
  workers: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Worker threads, and on wasm the threads that train; no number depends on it. Default: one a core, at most 8; 0 works in the main thread.',
    ),
  model: modelSection.prefault({}),
  data: data.prefault({}),
  probe: probe.prefault({}),
  predict: predict.prefault({}),
  check: check.prefault({}),
  train: trainSection.prefault({}),
  advise: adviseSection.prefault({}),
  map: mapSection.prefault({}),
});

/** A checked configuration with every default filled in. */
export type Config = z.infer<typeof configSchema>;
export type ModelConfig = Config['model'];
export type TrainConfig = Config['train'];
