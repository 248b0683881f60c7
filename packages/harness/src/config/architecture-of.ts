import { architecture, type Architecture, type BlockKind } from '@shaped/sde';
import type { Config, ModelConfig } from './schema.js';
import { SMOOTH_ACTIVATIONS } from './shaping-keys.js';

/** What a baseline or a width of the trend changes in the model of a configuration. */
export interface ArchitectureChange {
  block?: BlockKind;
  width?: number;
  depth?: number;
}

/**
 * The one architecture that the tfjs network and the theory are both built from.
 *
 * A change of `block` drops the explicit choice of attention, its terms and gains, and activation, so
 * that a baseline is the kind's own; a term left out is a gain of 0, the same at initialisation; a change of `width` keeps the ratio of head width to width. Kinds with a branch
 * weight of their own (preLN, postLN, depthScaled) leave `gamma` out.
 *
 * @throws ArchitectureError when the parts do not fit each other
 */
export function architectureOf(model: ModelConfig, change: ArchitectureChange = {}): Architecture {
  const block = change.block ?? model.block;
  const width = change.width ?? model.width;
  const own = block === model.block;
  const { attention, activation, headWidth, gamma, identity, centring, gamma1, gamma2, ...rest } =
    model;
  const isShaped = own && attentionOf(model) === 'shaped';
  return architecture({
    ...rest,
    block,
    width,
    depth: change.depth ?? model.depth,
    ...(block === 'shaped' || block === 'unshaped' ? { gamma } : {}),
    ...(own && attention !== undefined ? { attention } : {}),
    ...(own && activation !== undefined ? activationOf(activation) : {}),
    ...(isShaped
      ? {
          gamma1Shift: gainShift(identity, gamma1, width),
          gamma2Shift: gainShift(centring, gamma2, width),
        }
      : {}),
    headWidth:
      headWidth === undefined
        ? width / model.heads
        : Math.max(1, Math.round((headWidth * width) / model.width)),
    norm: block === 'preLN' || block === 'postLN' ? model.norm : 'none',
  });
}

/** The attention of a model's own block. */
export function attentionOf({ attention, block }: ModelConfig): 'shaped' | 'softmax' {
  return attention ?? (block === 'shaped' ? 'shaped' : 'softmax');
}

function activationOf(name: NonNullable<ModelConfig['activation']>) {
  const smooth = SMOOTH_ACTIVATIONS.find((own) => own === name);
  if (smooth !== undefined) return { activation: 'shapedSmooth', smooth } as const;
  return { activation: name as 'shapedRelu' | 'relu' };
}

/** How far n times a gain is from n; the gain of a term left out is 0. */
function gainShift(hasTerm = true, gain = 1, width: number): number {
  return width * ((hasTerm ? gain : 0) - 1);
}

/**
 * The model section of the trained network: `model` with `train.model` over it. Its mask follows the
 * objective: causal, or full where hidden tokens are told from all others.
 */
export function trainedModel({ model, train }: Config): ModelConfig {
  const { tiedEmbeddings: _, trainGains: __, ...own } = train.model;
  const changes = Object.fromEntries(
    Object.entries(own).filter(([, value]) => value !== undefined),
  );
  const headWidth =
    train.model.headWidth ?? (train.model.width === undefined ? model.headWidth : undefined);
  return {
    ...model,
    ...changes,
    headWidth,
    mask: train.objective === 'masked' ? 'full' : 'causal',
  };
}
