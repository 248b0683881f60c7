import type { TransformerBlock } from '@shaped/attention';
import { initialGains, type Architecture } from '@shaped/sde';
import { selectBackend } from '../backend/index.js';
import {
  attentionMetrics,
  gramMetrics,
  softmaxPart,
  type AttentionMetrics,
  type GradientMetrics,
  type GramMetrics,
} from '../metrics/index.js';
import {
  buildBlocks,
  embedWindow,
  falsified,
  falsifyWeights,
  type NegativeControl,
} from '../network/index.js';
import { measureGradients } from './measure-gradients.js';
import { measureNetwork, reseedNetwork, type NetworkMeasurement } from './measure-network.js';
import type { ProbePlan } from './probe-plan.js';

export interface ProbeJob {
  plan: ProbePlan;
  network: number;
}

/** What is known of one layer of one network; layer 0 is the embedding. */
export interface LayerRecord {
  network: number;
  window: number;
  layer: number;
  metrics: GramMetrics;
  /** Absent at layer 0. */
  attention?: AttentionMetrics;
}

export interface ProbeResult {
  network: number;
  layers: LayerRecord[];
  gradients?: GradientMetrics[];
  matrices: Pick<NetworkMeasurement, 'V'> & Partial<Omit<NetworkMeasurement, 'scores'>>;
}

let started: Promise<unknown> | undefined;
let built: { key: string; blocks: TransformerBlock[] } | undefined;

/** The blocks of a plan, built once and redrawn for every network. */
function blocksOf({ arch, negativeControl, seed }: ProbePlan): TransformerBlock[] {
  const key = JSON.stringify([arch, negativeControl]);
  if (built?.key !== key) {
    built?.blocks.forEach((block) => block.dispose());
    const blocks = buildBlocks(falsified(arch, negativeControl), seed);
    for (const block of blocks) block.build([1, arch.tokens, arch.width]);
    built = { key, blocks };
  }
  return built.blocks;
}

/** Draws, runs and measures one network of the ensemble. */
export async function probeNetwork({ plan, network }: ProbeJob): Promise<ProbeResult> {
  await (started ??= selectBackend(plan.backend));
  const { arch } = plan;
  const blocks = blocksOf(plan);
  reseedNetwork(blocks, plan.seed, network);
  falsifyWeights(blocks, arch, plan.negativeControl);
  const window = network % plan.windows.length;
  const X0 = embedWindow(plan.windows[window].ids, {
    width: arch.width,
    seed: plan.seed,
    positions: plan.positions,
  });
  const { scores, ...matrices } = measureNetwork(blocks, arch, X0);
  const size = arch.tokens * arch.tokens;
  const headSize = arch.heads * size;
  const layers = Array.from({ length: arch.depth + 1 }, (_, layer): LayerRecord => {
    const V = matrices.V.subarray(layer * size, (layer + 1) * size);
    const record = { network, window, layer, metrics: gramMetrics(V, arch.tokens) };
    if (layer === 0) return record;
    const A = scores.subarray((layer - 1) * headSize, layer * headSize);
    return { ...record, attention: entropyOf(A, arch, plan.negativeControl) };
  });
  return {
    network,
    layers,
    matrices: plan.keepMatrices ? matrices : { V: matrices.V },
    ...(network < plan.gradients
      ? { gradients: measureGradients(blocks, arch, X0, plan.seed) }
      : {}),
  };
}

/** The attention metrics of one layer from its scores; shaped ones are freed of identity and centring. */
function entropyOf(
  scores: Float64Array,
  arch: Architecture,
  control: NegativeControl,
): AttentionMetrics {
  const { attention, tokens, mask } = arch;
  const keys = mask === 'causal' ? 'causal' : 'full';
  const gains = initialGains(arch);
  const gamma2 = control === 'centring' ? 0 : gains.gamma2;
  const P =
    attention === 'shaped' ? softmaxPart(scores, { tokens, ...gains, gamma2, mask: keys }) : scores;
  return attentionMetrics(P, tokens, tokens, keys);
}
