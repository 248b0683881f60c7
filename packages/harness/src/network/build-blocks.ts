import { TransformerBlock, type Parametrization } from '@shaped/attention';
import { deriveSeed } from '@shaped/random';
import { initialGains, type Architecture } from '@shaped/sde';
import { usageFailure } from '../failure.js';

/** How the blocks are trained; what they compute at initialisation is the same. */
export interface BlockTraining {
  /** Where the scale of the weights stands. Defaults to 'paper'. */
  parametrization?: Parametrization;
  /** Whether γ1 and γ2 of shaped attention train. Defaults to true. */
  trainableGains?: boolean;
  /** Whether shaped attention has its identity term, rather than a γ1 that may be 0. Defaults to true. */
  identity?: boolean;
  /** Whether shaped attention has its centring term, rather than a γ2 that may be 0. Defaults to true. */
  centring?: boolean;
}

/**
 * The tfjs blocks of an architecture, by default in the paper's parametrisation (unit Gaussian
 * weights, explicit 1/√n), so that theory and network share one scale.
 *
 * @throws Failure when the network cannot express the architecture
 */
export function buildBlocks(
  arch: Architecture,
  seed: number,
  { parametrization = 'paper', trainableGains = true, ...terms }: BlockTraining = {},
): TransformerBlock[] {
  const { attention, activation, mask } = arch;
  if (attention === 'none' || activation === 'none') {
    throw usageFailure(
      `buildBlocks: expected an attention block and an MLP block in every layer, got attention '${attention}', activation '${activation}'. Study a single block with @shaped/sde.`,
    );
  }
  if (typeof mask !== 'string') {
    throw usageFailure(
      `buildBlocks: expected mask 'full' or 'causal', got an explicit matrix. Pass such a mask to the layers yourself.`,
    );
  }
  return Array.from(
    { length: arch.depth },
    (_, layer) =>
      new TransformerBlock({
        kind: arch.block,
        attention,
        activation: activation === 'shapedSmooth' ? arch.smooth : activation,
        norm: arch.norm === 'none' ? undefined : arch.norm,
        numHeads: arch.heads,
        keyDim: arch.headWidth,
        useCausalMask: mask === 'causal',
        outputProjection: arch.outputProjection,
        gamma: arch.gamma,
        lambda: arch.lambda,
        depth: arch.depth,
        tau0: arch.tau0,
        cPlus: arch.cPlus,
        cMinus: arch.cMinus,
        a: arch.a,
        ...initialGains(arch),
        parametrization,
        trainableGains,
        identity: terms.identity,
        centring: terms.centring,
        seed: layerSeed(seed, layer),
        name: `layer_${layer}`,
      }),
  );
}

/** The seed of one layer of the network with the given seed. */
export function layerSeed(networkSeed: number, layer: number): number {
  return deriveSeed(networkSeed, 'layer', layer);
}
