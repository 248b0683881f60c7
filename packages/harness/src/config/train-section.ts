import { z } from 'zod';
import { blockKinds } from './model-section.js';
import { count } from './scalars.js';
import { AS_IN_MODEL, shapingKeys } from './shaping-keys.js';

/** The `train` section of a configuration. */
export const trainSection = z
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
    warmup: z
      .int()
      .min(0)
      .optional()
      .describe('Steps of linear warm-up. Default: 10, or all steps where there are fewer.'),
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
