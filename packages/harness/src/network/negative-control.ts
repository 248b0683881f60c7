import type { TransformerBlock } from '@shaped/attention';
import { architecture, type Architecture } from '@shaped/sde';
import * as tf from '@tensorflow/tfjs-core';
import type { Config } from '../config/index.js';
import { usageFailure } from '../failure.js';
import { activationNormalizer } from './activation-normalizer.js';

export type NegativeControl = Config['check']['negativeControl'];

/** By how much a control changes the number it falsifies: visible, yet easy to overlook in a plot. */
const TAU0_FACTOR = 0.8;
const C_MINUS_SHIFT = 0.5;
const GAMMA_FACTOR = 1.15;

/** The architecture that a deliberately wrong network is built from. */
export function falsified(arch: Architecture, control: NegativeControl): Architecture {
  const { lambda: _, ...rest } = arch;
  switch (control) {
    case 'tau0':
      return { ...arch, tau0: arch.tau0 * TAU0_FACTOR };
    case 'cMinus':
      return { ...arch, cMinus: arch.cMinus + C_MINUS_SHIFT };
    case 'gamma':
      return architecture({ ...rest, gamma: Math.min(1, arch.gamma * GAMMA_FACTOR) });
    default:
      return arch;
  }
}

/**
 * Falsifies the weights of a network that was built right: `centring` drops the centring matrix
 * (γ2 = 0), `normalizer` the factor √c(n) of the MLP.
 */
export function falsifyWeights(
  blocks: readonly TransformerBlock[],
  arch: Architecture,
  control: NegativeControl,
): void {
  const [name, factor] =
    control === 'centring'
      ? ['gamma2', 0]
      : control === 'normalizer'
        ? ['mlp/post/kernel', 1 / Math.sqrt(activationNormalizer(arch))]
        : ['', 1];
  if (name === '') return;
  for (const block of blocks) {
    const weight = block.weight(name);
    if (weight === undefined) {
      throw usageFailure(
        `negative control '${control}': expected blocks with ${name}, got ${arch.block} blocks without. Choose another control.`,
      );
    }
    const scaled = tf.mul(weight.read(), factor);
    weight.write(scaled);
    scaled.dispose();
  }
}
