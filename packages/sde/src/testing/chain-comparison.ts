import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { gramChain } from '../chain/gram-chain.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import { ksTwoSample } from '../statistics/ks-two-sample.js';
import { denseNetwork, gramSlices, type DenseFaults } from './dense-network.js';

const m = 3;
const layers = 2;
const networks = 2500;

/**
 * Family-wise level of each comparison of 9 statistics (Bonferroni): 1e-4. With 2500 against 2500
 * it rejects Kolmogorov–Smirnov distances from about 0.069.
 */
export const ALPHA = 1e-4;

/** Strong coefficients, so that every term of a layer moves the law by far more than that. */
export const strong = {
  tokens: m,
  width: 12,
  depth: layers,
  gamma: 0.7,
  tau0: 0.25,
  cPlus: 0.5,
  cMinus: -2,
};

/** Attention alone at full weight, where heads, projection and temperature show most. */
export const pure: ArchitectureOptions = {
  ...strong,
  gamma: 1,
  mask: 'causal',
  activation: 'none',
};

/** Without γ, which LayerNorm-style and depth-scaled blocks fix. */
export const { gamma: _, ...fixed } = strong;

/** A fixed input of uneven tokens, `[m, n]`. */
export const input = (n: number) =>
  Array.from({ length: m }, (_, a) =>
    Array.from({ length: n }, (_, k) => (1 + a / 2) * (Math.sin(2.3 * k + a * k * k) + 0.5)),
  );

/** Variances' logarithms, correlations and covariances of a V. */
function statisticsOf(V: Float64Array): number[] {
  const [v11, v12, v13, , v22, v23, , , v33] = V;
  return [
    ...[v11, v22, v33].map((v) => Math.log(v)),
    ...[v12 / Math.sqrt(v11 * v22), v13 / Math.sqrt(v11 * v33), v23 / Math.sqrt(v22 * v33)],
    ...[v12, v13, v23],
  ];
}

export type Sampler = (path: number) => Float64Array;

function sample(draw: Sampler): Float64Array[] {
  const columns = Array.from({ length: 9 }, () => new Float64Array(networks));
  for (let p = 0; p < networks; p++) statisticsOf(draw(p)).forEach((x, i) => (columns[i][p] = x));
  return columns;
}

/** Smallest p-value over the statistics, times their number. */
export function adjustedP(x: Sampler, y: Sampler): number {
  const [xs, ys] = [sample(x), sample(y)];
  return (
    9 *
    Math.min(...xs.map((column, i) => ksTwoSample(column, ys[i], { method: 'asymptotic' }).pValue))
  );
}

const key = foldIn(keyFromSeed(2306), 'chain test');
export const denseKey = foldIn(key, 'dense');
export const chainKey = foldIn(key, 'chain');

export function dense(options: ArchitectureOptions, faults?: DenseFaults): Sampler {
  const arch = architecture(options);
  const X0 = input(arch.width);
  return (path) =>
    gramSlices(denseNetwork(X0, arch, layers, new Stream(denseKey, path), faults), 1);
}

export function chain(options: ArchitectureOptions): Sampler {
  const arch = architecture(options);
  const process = gramChain(arch);
  const start = process.initialState(gramSlices(input(arch.width), arch.heads));
  return (path) => {
    let state = start;
    for (let l = 0; l < layers; l++) state = process.layer(state, new Stream(chainKey, path, l));
    return state.V;
  };
}
