import * as tf from '@tensorflow/tfjs-core';
import { TransformerBlock } from '../block/transformer-block.js';
import {
  type TransformerBlockArgs,
  transformerBlockSettings,
} from '../block/transformer-block-args.js';
import type { BlockTwin } from './block-twin.js';
import golden from './golden/blocks.json' with { type: 'json' };

const { B, T, D, H, K } = golden.shapes;

/** The factor that the golden file's standard cases put on its kernels. */
const STANDARD_SCALE = 0.4;

/** A block's options, and what PyTorch computes for it; arrays are flat. */
export interface GoldenCase {
  options: (typeof golden.cases)[number]['options'];
  output: number[];
  taps: Record<string, number[]>;
  dx: number[];
  gradients: Record<string, number[]>;
}

export const goldenCases = golden.cases as unknown as GoldenCase[];

/** What sets a case apart, for the name of its test. */
export function titleOf({ options }: GoldenCase): string {
  const { kind, attention, activation, norm, parametrization, mask } = options;
  return `${kind}, ${attention} attention, ${activation}, norm ${norm}, ${parametrization}, ${mask} mask`;
}

/** The block's arguments of a case. */
export function argsOf({ options }: GoldenCase): TransformerBlockArgs {
  const { mask, ...args } = options;
  return {
    ...args,
    numHeads: H,
    keyDim: K,
    useCausalMask: mask === 'causal',
    seed: 5,
  } as TransformerBlockArgs;
}

/** The values of a weight in a case: MLP kernels are cut to its hidden width. */
export function weightOf(
  name: string,
  { options }: GoldenCase,
): { shape: number[]; values: number[] } {
  const { shape, values } = golden.weights[name as keyof typeof golden.weights];
  const scale =
    name.endsWith('kernel') && options.parametrization === 'standard' ? STANDARD_SCALE : 1;
  const scaled = values.map((v) => v * scale);
  const F = options.mlpDim;
  if (name.startsWith('mlp/pre')) {
    const columns = shape[shape.length - 1];
    return {
      shape: [...shape.slice(0, -1), F],
      values: scaled.filter((_, i) => i % columns < F),
    };
  }
  if (name === 'mlp/post/kernel') return { shape: [F, D], values: scaled.slice(0, F * D) };
  return { shape, values: scaled };
}

/** A block of the case with the golden weights. */
export function blockOf(golden: GoldenCase): TransformerBlock {
  const block = new TransformerBlock(argsOf(golden));
  block.build([null, null, D]);
  for (const name of Object.keys(golden.gradients)) {
    const { shape, values } = weightOf(name, golden);
    const value = tf.tensor(values, shape);
    block.weight(name)!.write(value);
    value.dispose();
  }
  return block;
}

const padding = golden.masks.padding.map(Boolean);
const explicit = golden.masks.explicit.map(Boolean);

/** The call's options of a mask kind, as tensors. */
export function callOptions(kind: string): { mask?: tf.Tensor; attentionMask?: tf.Tensor } {
  if (kind === 'padding') return { mask: tf.tensor(padding, [B, T], 'bool') };
  if (kind === 'explicit') return { attentionMask: tf.tensor(explicit, [T, T], 'bool') };
  return {};
}

/** The float64 twin of a case. */
export function twinOf(golden: GoldenCase, x: number[]): BlockTwin {
  const rules: Record<string, BlockTwin['allowed']> = {
    full: () => true,
    causal: (_, i, j) => j <= i,
    padding: (b, _, j) => padding[b * T + j],
    explicit: (_, i, j) => explicit[i * T + j],
  };
  const names = Object.keys(golden.gradients);
  return {
    settings: transformerBlockSettings(argsOf(golden)),
    sizes: { B, T, D, H, K, F: golden.options.mlpDim },
    x: Float64Array.from(x),
    weights: Object.fromEntries(
      names.map((name) => [name, Float64Array.from(weightOf(name, golden).values)]),
    ),
    allowed: rules[golden.options.mask],
  };
}
