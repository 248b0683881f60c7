import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { gramChain, transformerSde, type Architecture, type ChainState } from '@shaped/sde';
import type { NetworkMeasurement } from '../probe/index.js';
import { STEP_QUANTITIES, stepQuantities } from './step-quantities.js';

/** The measured matrices of one network: plain data, the same in every worker. */
export interface OneStepJob extends Omit<NetworkMeasurement, 'scores'> {
  /** The architecture that the theory takes; a falsified network does not share it. */
  arch: Architecture;
  seed: number;
  network: number;
  /** Draws of the theory beside every measured step. */
  draws: number;
  /** Compares whole layers with Euler steps of the SDE too. */
  sde: boolean;
}

/** The compared stages in the order of the result; `layer` is the SDE's. */
export const ONE_STEP_STAGES = ['mixing', 'attention', 'activation', 'mlp', 'layer'] as const;

/**
 * How each measured step stands among draws of the theory from the same V:
 * arrays of [L, stages, quantities].
 */
export interface OneStepResult {
  /** How many draws lie below the measured value, 0 … draws. */
  rank: Float64Array;
  /** Measured value minus the mean of the draws. */
  residual: Float64Array;
  /** Variance of the draws. */
  variance: Float64Array;
}

/** Sorts one measured value into its draws. */
function place(
  result: OneStepResult,
  at: number,
  measured: number,
  draws: Float64Array,
  stride: number,
  offset: number,
  tie: Stream,
): void {
  const count = draws.length / stride;
  let below = 0;
  let equal = 0;
  let mean = 0;
  for (let r = 0; r < count; r++) {
    const value = draws[r * stride + offset];
    if (value < measured) below++;
    else if (value === measured) equal++;
    mean += value / count;
  }
  let squares = 0;
  for (let r = 0; r < count; r++) squares += (draws[r * stride + offset] - mean) ** 2;
  result.rank[at] = below + (equal > 0 ? tie.integer(equal + 1) : 0);
  result.residual[at] = measured - mean;
  result.variance[at] = squares / (count - 1);
}

/**
 * Compares every step of one network with fresh draws of the theory from the V before that step.
 *
 * If network and chain have the same law, each rank is uniform on {0 … draws} and independent of
 * all earlier ones: an exact test that adds up over layers and networks. The mean of the residual
 * is the error of the drift, its variance against that of the draws the error of the diffusion.
 */
export function oneStepResiduals(job: OneStepJob): OneStepResult {
  const { arch, draws, V, half, mixed, excess } = job;
  const { tokens, depth, heads } = arch;
  const size = tokens * tokens;
  const Q = STEP_QUANTITIES.length;
  const S = ONE_STEP_STAGES.length;
  const chain = gramChain(arch);
  const sde = job.sde ? transformerSde(arch) : undefined;
  const key = foldIn(keyFromSeed(job.seed), 'one-step', job.network);
  const make = () => new Float64Array(depth * S * Q);
  const result: OneStepResult = { rank: make(), residual: make(), variance: make() };
  const values = new Float64Array(draws * S * Q);
  const measured = new Float64Array(S * Q);
  const noise = new Float64Array(size);
  const euler = new Float64Array(size);

  const state = (from: Float64Array, slices: Float64Array | undefined, at: number): ChainState => ({
    V: from.slice(at * size, (at + 1) * size),
    ...(slices ? { slices: slices.slice(at * heads * size, (at + 1) * heads * size) } : {}),
  });

  for (let layer = 0; layer < depth; layer++) {
    const matrix = (from: Float64Array, at: number) => from.subarray(at * size, (at + 1) * size);
    const before = matrix(V, layer);
    const between = matrix(half, layer);
    const after = matrix(V, layer + 1);
    stepQuantities(matrix(mixed, layer), before, tokens, false, measured, 0);
    stepQuantities(between, before, tokens, false, measured, Q);
    stepQuantities(matrix(excess, layer), between, tokens, true, measured, 2 * Q);
    stepQuantities(after, between, tokens, false, measured, 3 * Q);
    stepQuantities(after, before, tokens, false, measured, 4 * Q);
    const drift = sde?.drift(before);
    for (let r = 0; r < draws; r++) {
      const stream = new Stream(key, r, layer);
      const at = r * S * Q;
      const attention = chain.attention(state(V, job.slices, layer), stream);
      stepQuantities(attention.mixed, before, tokens, false, values, at);
      stepQuantities(attention.state.V, before, tokens, false, values, at + Q);
      const mlp = chain.mlp(state(half, job.halfSlices, layer), stream);
      stepQuantities(mlp.excess, between, tokens, true, values, at + 2 * Q);
      stepQuantities(mlp.state.V, between, tokens, false, values, at + 3 * Q);
      if (!sde || !drift) continue;
      sde.noise(before, stream, noise);
      for (let i = 0; i < size; i++) {
        euler[i] = before[i] + drift[i] / arch.width + noise[i] / Math.sqrt(arch.width);
      }
      stepQuantities(euler, before, tokens, false, values, at + 4 * Q);
    }
    const tie = new Stream(foldIn(key, 'ties'), 0, layer);
    for (let i = 0; i < S * Q; i++) {
      place(result, layer * S * Q + i, measured[i], values, S * Q, i, tie);
    }
  }
  return result;
}
