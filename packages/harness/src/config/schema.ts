import { z } from 'zod';
import { adviseSection } from './advise-section.js';
import { mapSection } from './map-section.js';
import { AS_IN_MODEL, shapingKeys } from './shaping-keys.js';

const count = () => z.int().positive();
const blockKinds = ['shaped', 'unshaped', 'preLN', 'postLN', 'depthScaled'] as const;

const model = z
  .strictObject({
    block: z
      .enum(blockKinds)
      .default('shaped')
      .describe('Residual arrangement; see docs/notation.md.'),
    ...shapingKeys({
      attention: 'shaped in shaped blocks, softmax in the others',
      activation: 'shapedRelu in shaped blocks, relu in the others',
      ...{ identity: 'true', centring: 'true', gamma1: '1', gamma2: '1', a: '1' },
    }),
    norm: z
      .enum(['layer', 'rms'])
      .default('layer')
      .describe('Normalisation of preLN and postLN blocks. Only rms has an exact chain.'),
    tokens: count().default(8).describe('Tokens T of a window (the paper writes m).'),
    width: count().default(128).describe('Width D of the residual stream (the paper writes n).'),
    depth: count().default(100).describe('Layers L, each an attention block and an MLP block.'),
    heads: count().default(1).describe('Attention heads H; divides the width.'),
    headWidth: count()
      .optional()
      .describe('Width K of queries and keys in one head. Default: width / heads.'),
    mask: z.enum(['full', 'causal']).default('full').describe('Which keys a query may see.'),
    outputProjection: z
      .boolean()
      .default(false)
      .describe('A projection W_O after the heads. Default: false, as in the paper.'),
    gamma: z
      .number()
      .min(0)
      .max(1)
      .default(0.3535533905932738)
      .describe('Weight γ of the residual branch; the skip has λ = √(1 − γ²).'),
    tau0: z.number().positive().default(1).describe('Temperature scale τ0: τ = τ0 √(n n_k).'),
    cPlus: z.number().default(0).describe('Slope shift c₊: s₊ = 1 + c₊/√n for positive inputs.'),
    cMinus: z.number().default(-1).describe('Slope shift c₋: s₋ = 1 + c₋/√n for negative inputs.'),
  })
  .describe('One architecture: the network and the theory are both built from it.');

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

const train = z
  .strictObject({
    objective: z
      .enum(['causal', 'masked'])
      .default('causal')
      .describe(
        'What is learned: causal tells the next token; masked tells 15 % of the tokens, hidden as in BERT, and attends both ways.',
      ),
    windows: z
      .enum(['packed', 'documents'])
      .default('packed')
      .describe(
        'What sequences are cut from: packed is all documents in a row, with a boundary token between; documents keeps each sequence in one document and pads short ones.',
      ),
    steps: count().default(160).describe('Optimiser steps.'),
    batch: count().default(8).describe('Sequences a step.'),
    accumulate: count()
      .default(1)
      .describe(
        'Parts that a batch is computed in, one after the other, to save memory; divides the batch.',
      ),
    optimizer: z
      .enum(['adam', 'adamw', 'sgd'])
      .default('adam')
      .describe('Optimiser: Adam, Adam with weight decay, or gradient descent with momentum.'),
    learningRate: z.number().positive().default(5e-3).describe('Peak learning rate.'),
    schedule: z
      .enum(['constant', 'linear', 'cosine'])
      .default('cosine')
      .describe('How the learning rate falls from its peak, after the warm-up, to the last step.'),
    warmup: z.int().min(0).default(10).describe('Steps of linear warm-up.'),
    finalFraction: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .describe('What a linear or cosine schedule falls to, as a fraction of the peak.'),
    weightDecay: z
      .number()
      .min(0)
      .optional()
      .describe(
        'Decoupled decay of the kernels and embeddings, per unit of learning rate; gains and biases are left alone. Default: 0.01 with adamw, else 0.',
      ),
    beta1: z.number().min(0).lt(1).default(0.9).describe('Adam: decay of the mean gradient.'),
    beta2: z.number().min(0).lt(1).default(0.999).describe('Adam: decay of the mean square.'),
    epsilon: z.number().positive().default(1e-8).describe('Adam: added to the root of that mean.'),
    momentum: z.number().min(0).lt(1).default(0.9).describe('sgd: what is kept of the last step.'),
    clip: z
      .number()
      .min(0)
      .default(1)
      .describe('Largest norm of the gradient; a longer one is scaled down to it. 0: no limit.'),
    dropout: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe(
        'Probability that a softmax weight, or a number of the embedding or of a branch, is dropped.',
      ),
    patience: z
      .int()
      .min(0)
      .default(0)
      .describe('Validations without a new best after which training stops. 0: it never does.'),
    metricsEvery: count()
      .optional()
      .describe('Steps between propagation metrics. Default: a tenth of the steps, at least 40.'),
    evaluateEvery: count()
      .optional()
      .describe('Steps between validation losses. Default: a tenth of the steps, at least 20.'),
    checkpointEvery: count()
      .default(100)
      .describe(
        'Steps between checkpoints. One is also made at a new lowest validation loss and when the training stops.',
      ),
    keepCheckpoints: count()
      .default(2)
      .describe('Last checkpoints kept, beside the one with the lowest validation loss.'),
    metrics: z
      .strictObject({
        layers: z
          .boolean()
          .default(true)
          .describe('Covariance, correlation, rank and attention of every layer.'),
        band: z
          .boolean()
          .default(true)
          .describe(
            'The 5–95 % band that theory predicts for ρ of each layer at initialisation, and when a layer leaves it; needs layers.',
          ),
        bandPaths: z.int().min(2).default(256).describe('Paths that the band is taken from.'),
        updateRatio: z
          .boolean()
          .default(true)
          .describe('How far an update moves the weights, in proportion to them.'),
        extremes: z
          .boolean()
          .default(true)
          .describe('Largest logit and activation, in absolute value; needs layers.'),
        memory: z.boolean().default(true).describe('Memory of the tensors and of the process.'),
      })
      .prefault({})
      .describe('What is measured every metricsEvery steps. None of it changes the training.'),
    checkpointing: z
      .enum(['auto', 'on', 'off'])
      .default('auto')
      .describe(
        'Gradient checkpointing: whether the backward pass computes each block again instead of keeping what is inside it; less memory, a slower step. auto does where the training would not fit otherwise.',
      ),
    validationFraction: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.1)
      .describe(
        'Share of the text kept for validation: whole documents, chosen by their hash, or the end of a text of too few.',
      ),
    model: z
      .strictObject({
        block: z.enum(blockKinds).optional().describe('Default: model.block.'),
        ...shapingKeys(AS_IN_MODEL),
        tokens: count().optional().describe('Default: model.tokens.'),
        width: count().optional().describe('Default: model.width.'),
        depth: count().optional().describe('Default: model.depth.'),
        heads: count().optional().describe('Default: model.heads.'),
        headWidth: count()
          .optional()
          .describe('Default: model.headWidth at the same width, else width / heads.'),
        gamma: z.number().min(0).max(1).optional().describe('Default: model.gamma.'),
        tau0: z.number().positive().optional().describe('Default: model.tau0.'),
        cPlus: z.number().optional().describe('Default: model.cPlus.'),
        cMinus: z.number().optional().describe('Default: model.cMinus.'),
        tiedEmbeddings: z
          .boolean()
          .default(false)
          .describe('Whether the readout is the token embedding again, with a bias of its own.'),
        trainGains: z
          .boolean()
          .default(true)
          .describe('Whether γ₁ and γ₂ of shaped attention train, each head its own.'),
      })
      .prefault({})
      .describe(
        'What differs from `model` in the trained network; its mask follows the objective.',
      ),
  })
  .describe('Training a language model with the same metrics.');

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
  model: model.prefault({}),
  data: data.prefault({}),
  probe: probe.prefault({}),
  predict: predict.prefault({}),
  check: check.prefault({}),
  train: train.prefault({}),
  advise: adviseSection.prefault({}),
  map: mapSection.prefault({}),
});

/** A checked configuration with every default filled in. */
export type Config = z.infer<typeof configSchema>;
export type ModelConfig = Config['model'];
export type TrainConfig = Config['train'];
