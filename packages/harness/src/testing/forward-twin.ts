import type { TransformerBlock } from '@shaped/attention';
import { mlpActivation, type Architecture } from '@shaped/sde';

/** What one layer computes, in float64. */
export interface ForwardTwin {
  /** [H, T, T]. */
  scores: Float64Array;
  /** [T, D] each. */
  attentionOutput: Float64Array;
  preActivation: Float64Array;
  activation: Float64Array;
  output: Float64Array;
}

/** γ1 and γ2 of every head. */
export type TwinGains = Record<'gamma1' | 'gamma2', ArrayLike<number>>;

const NO_GAINS: TwinGains = { gamma1: [], gamma2: [] };

/** The epsilon of the norms. */
const EPSILON = 1e-6;

/** x W/√n for x [T, n], W [n, to]. */
function dense(x: Float64Array, W: ArrayLike<number>, n: number, to: number): Float64Array {
  const rows = x.length / n;
  const out = new Float64Array(rows * to);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < to; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += x[t * n + i] * W[i * to + j];
      out[t * to + j] = sum / Math.sqrt(n);
    }
  }
  return out;
}

function normed(x: Float64Array, arch: Architecture): Float64Array {
  const { tokens, width, norm } = arch;
  if (norm === 'none') return x;
  const out = new Float64Array(x.length);
  for (let t = 0; t < tokens; t++) {
    const row = x.subarray(t * width, (t + 1) * width);
    const mean = norm === 'layer' ? row.reduce((s, v) => s + v, 0) / width : 0;
    const square = row.reduce((s, v) => s + (v - mean) ** 2, 0) / width;
    row.forEach((v, i) => (out[t * width + i] = (v - mean) / Math.sqrt(square + EPSILON)));
  }
  return out;
}

/**
 * One layer of an architecture in float64, from docs/theory.md section 1 and the weights of a block,
 * entry by entry and with no option of the block itself.
 *
 * @param X [T, D]
 * @param given γ1 and γ2 of every head. Defaults to the block's own
 */
export function forwardTwin(
  block: TransformerBlock,
  arch: Architecture,
  X: ArrayLike<number>,
  given?: TwinGains,
): ForwardTwin {
  const { tokens: m, width: n, heads, headWidth, lambda, gamma, mask } = arch;
  const weight = (name: string) => {
    const variable = block.weight(name);
    if (variable === undefined) throw new Error(`forwardTwin: expected a weight ${name}.`);
    return variable.read().dataSync();
  };
  const gains = () => given ?? { gamma1: weight('gamma1'), gamma2: weight('gamma2') };
  const scores = new Float64Array(heads * m * m);
  const attend = (x: Float64Array) => {
    const q = dense(x, weight('query/kernel'), n, heads * headWidth);
    const k = dense(x, weight('key/kernel'), n, heads * headWidth);
    const v = dense(x, weight('value/kernel'), n, n);
    const joined = new Float64Array(m * n);
    const shaped = arch.attention === 'shaped';
    const { gamma1, gamma2 } = shaped ? gains() : NO_GAINS;
    const tau = arch.tau0 * Math.sqrt(shaped ? n * headWidth : headWidth);
    for (let h = 0; h < heads; h++) {
      for (let a = 0; a < m; a++) {
        const keys = mask === 'causal' ? a + 1 : m;
        const e = Array.from({ length: keys }, (_, j) => {
          let dot = 0;
          for (let i = 0; i < headWidth; i++) {
            dot += q[(a * heads + h) * headWidth + i] * k[(j * heads + h) * headWidth + i];
          }
          return Math.exp(dot / tau);
        });
        const total = e.reduce((sum, x) => sum + x, 0);
        for (let j = 0; j < m; j++) {
          const P = j < keys ? e[j] / total : 0;
          const C = j < keys ? 1 / keys : 0;
          const A = shaped ? gamma1[h] * Number(a === j) + P - gamma2[h] * C : P;
          scores[(h * m + a) * m + j] = A;
          const own = n / heads;
          for (let i = h * own; i < (h + 1) * own; i++) joined[a * n + i] += A * v[j * n + i];
        }
      }
    }
    return arch.outputProjection ? dense(joined, weight('output/kernel'), n, n) : joined;
  };
  let preActivation = new Float64Array();
  let activation = new Float64Array();
  const transform = (x: Float64Array) => {
    preActivation = dense(x, weight('mlp/pre/kernel'), n, n) as Float64Array<ArrayBuffer>;
    const { value, c } = mlpActivation(arch);
    activation = preActivation.map(value);
    return dense(activation, weight('mlp/post/kernel'), n, n).map((y) => Math.sqrt(c) * y);
  };
  const residual = (x: Float64Array, branch: (input: Float64Array) => Float64Array) => {
    const out = branch(arch.block === 'preLN' ? normed(x, arch) : x);
    const sum = x.map((value, i) => lambda * value + gamma * out[i]);
    return arch.block === 'postLN' ? normed(sum, arch) : sum;
  };
  const attentionOutput = residual(Float64Array.from(X), attend);
  const output = residual(attentionOutput, transform);
  return { scores, attentionOutput, preActivation, activation, output };
}
