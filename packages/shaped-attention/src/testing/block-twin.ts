import { gaussianMean } from '../activation/gaussian-mean.js';
import { erf } from '../activation/smooth.js';
import type { TransformerBlockSettings } from '../block/transformer-block-args.js';
import { twinMatrix, twinOutput, type TwinProblem } from './attention-twin.js';

/** One block in float64, written entry by entry from docs/theory.md, all arrays row-major. */
export interface BlockTwin {
  settings: Pick<
    TransformerBlockSettings,
    | 'kind'
    | 'attention'
    | 'activation'
    | 'norm'
    | 'gamma'
    | 'lambda'
    | 'outputProjection'
    | 'parametrization'
    | 'tau0'
    | 'cPlus'
    | 'cMinus'
    | 'a'
  >;
  sizes: { B: number; T: number; D: number; H: number; K: number; F: number };
  /** `[B, T, D]` */
  x: Float64Array;
  /** By the block's weight names; biases may be absent. */
  weights: Record<string, Float64Array>;
  /** Whether query i of batch entry b may see key j. */
  allowed: (b: number, i: number, j: number) => boolean;
}

export interface BlockTwinTaps {
  scores: Float64Array;
  attentionOutput: Float64Array;
  preActivation: Float64Array;
  activation: Float64Array;
  output: Float64Array;
}

const EPSILON = 1e-6;

/** `factor · x W + bias` for x `[rows, from]`. */
function project(
  x: Float64Array,
  kernel: Float64Array,
  [from, to]: [number, number],
  factor: number,
  bias?: Float64Array,
): Float64Array {
  const out = new Float64Array((x.length / from) * to);
  for (let r = 0; r < x.length / from; r++) {
    for (let j = 0; j < to; j++) {
      let sum = 0;
      for (let i = 0; i < from; i++) sum += x[r * from + i] * kernel[i * to + j];
      out[r * to + j] = factor * sum + (bias?.[j] ?? 0);
    }
  }
  return out;
}

/** `[B, T, H, V]` to `[B, H, T, V]`, or back with T and H exchanged. */
function swap(x: Float64Array, B: number, T: number, H: number): Float64Array {
  const V = x.length / (B * T * H);
  const out = new Float64Array(x.length);
  for (let b = 0; b < B; b++)
    for (let t = 0; t < T; t++)
      for (let h = 0; h < H; h++)
        for (let v = 0; v < V; v++)
          out[((b * H + h) * T + t) * V + v] = x[((b * T + t) * H + h) * V + v];
  return out;
}

function normed(p: BlockTwin, name: string, x: Float64Array): Float64Array {
  const { D } = p.sizes;
  const out = new Float64Array(x.length);
  for (let r = 0; r < x.length; r += D) {
    const row = x.subarray(r, r + D);
    const mean = p.settings.norm === 'layer' ? row.reduce((s, v) => s + v, 0) / D : 0;
    const square = row.reduce((s, v) => s + (v - mean) ** 2, 0) / D;
    for (let j = 0; j < D; j++) {
      const unit = (row[j] - mean) / Math.sqrt(square + EPSILON);
      out[r + j] = unit * p.weights[`${name}/gain`][j] + (p.weights[`${name}/bias`]?.[j] ?? 0);
    }
  }
  return out;
}

/** σ as a function on numbers, from its definition. */
function sigma({ settings: { activation, cPlus, cMinus, a }, sizes: { D } }: BlockTwin) {
  const root = Math.sqrt(D);
  const s = a * root;
  const shaped = (f: (y: number) => number) => (u: number) => s * f(u / s);
  const table: Record<string, (u: number) => number> = {
    relu: (u) => Math.max(u, 0),
    shapedRelu: (u) => u * (1 + (u > 0 ? cPlus : cMinus) / root),
    tanh: shaped(Math.tanh),
    gelu: shaped((y) => y * (1 + erf(y / Math.SQRT2))),
    silu: shaped((y) => (2 * y) / (1 + Math.exp(-y))),
    softplus: shaped((y) => 2 * (Math.log1p(Math.exp(y)) - Math.LN2)),
  };
  return table[activation];
}

/** c = 1/E[σ(g)²]; each half of the normal apart, for the kink at 0. */
function normalizer(p: BlockTwin): number {
  const f = sigma(p);
  const isRelu = ['relu', 'shapedRelu'].includes(p.settings.activation);
  if (!isRelu) return 1 / gaussianMean((g) => f(g) ** 2);
  return 2 / (f(1) ** 2 + f(-1) ** 2);
}

function attention(p: BlockTwin, x: Float64Array): { out: Float64Array; scores: Float64Array } {
  const { settings: options, weights: w } = p;
  const { B, T, D, H, K } = p.sizes;
  const isShaped = options.attention === 'shaped';
  const factor = options.parametrization === 'paper' ? 1 / Math.sqrt(D) : 1;
  const heads = (name: string, to: number) =>
    swap(project(x, w[`${name}/kernel`], [D, to], factor, w[`${name}/bias`]), B, T, H);
  const gain = (name: string) => (isShaped ? w[name] : new Float64Array(H));
  const problem: TwinProblem = {
    sizes: { batch: B, heads: H, queries: T, keys: T, keyDim: K, valueDim: D / H },
    q: heads('query', H * K),
    k: heads('key', H * K),
    v: heads('value', D),
    gamma1: gain('gamma1'),
    gamma2: gain('gamma2'),
    gammaS: new Float64Array(H).fill(1),
    tau: options.tau0 * Math.sqrt(isShaped ? D * K : K),
    allowed: p.allowed,
    own: (i) => i,
  };
  const joined = swap(twinOutput(problem), B, H, T);
  const out = options.outputProjection
    ? project(joined, w['output/kernel'], [D, D], factor, w['output/bias'])
    : joined;
  return { out, scores: twinMatrix(problem) };
}

function mlp(p: BlockTwin, x: Float64Array) {
  const { weights: w, sizes } = p;
  const { D, F } = sizes;
  const isPaper = p.settings.parametrization === 'paper';
  const [pre, post] = isPaper ? [1 / Math.sqrt(D), Math.sqrt(normalizer(p) / F)] : [1, 1];
  const u = project(x, w['mlp/pre/kernel'], [D, F], pre, w['mlp/pre/bias']);
  const phi = u.map(sigma(p));
  return { u, phi, out: project(phi, w['mlp/post/kernel'], [F, D], post, w['mlp/post/bias']) };
}

/** What a block computes, in float64. Parts that it lacks are empty arrays. */
export function twinBlock(p: BlockTwin): BlockTwinTaps {
  const { kind, lambda, gamma } = p.settings;
  const none = new Float64Array(0);
  const taps: Omit<BlockTwinTaps, 'attentionOutput' | 'output'> = {
    scores: none,
    preActivation: none,
    activation: none,
  };
  const add = (x: Float64Array, name: string, branch: (input: Float64Array) => Float64Array) => {
    const out = branch(kind === 'preLN' ? normed(p, name, x) : x);
    const sum = x.map((value, i) => lambda * value + gamma * out[i]);
    return kind === 'postLN' ? normed(p, name, sum) : sum;
  };
  let x = p.x;
  if (p.settings.attention !== 'none') {
    x = add(x, 'attention_norm', (input) => {
      const { out, scores } = attention(p, input);
      taps.scores = scores;
      return out;
    });
  }
  const attentionOutput = x;
  if (p.settings.activation !== 'none') {
    x = add(x, 'mlp_norm', (input) => {
      const { u, phi, out } = mlp(p, input);
      taps.preActivation = u;
      taps.activation = phi;
      return out;
    });
  }
  return { ...taps, attentionOutput, output: x };
}

/**
 * The gradient of `Σ dy ∘ output` with respect to x or a weight, by central differences: error of
 * order step², below 1e-8 here.
 */
export function twinBlockGradient(
  p: BlockTwin,
  name: string,
  dy: ArrayLike<number>,
  step = 1e-5,
): Float64Array {
  const values = name === 'x' ? p.x : p.weights[name];
  return values.map((value, i) => {
    const loss = (at: number) => {
      const moved = values.slice();
      moved[i] = at;
      const changed = name === 'x' ? { x: moved } : { weights: { ...p.weights, [name]: moved } };
      return twinBlock({ ...p, ...changed }).output.reduce((sum, y, k) => sum + y * dy[k], 0);
    };
    return (loss(value + step) - loss(value - step)) / (2 * step);
  });
}
