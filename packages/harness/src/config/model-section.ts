import { z } from 'zod';
import { count } from './scalars.js';
import { shapingKeys } from './shaping-keys.js';

/** Residual arrangements; docs/notation.md. */
export const blockKinds = ['shaped', 'unshaped', 'preLN', 'postLN', 'depthScaled'] as const;

/** The `model` section of a configuration. */
export const modelSection = z
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
