import { normalCdf } from '../statistics/normal.js';

/** The smooth activations that can be shaped; `@shaped/attention` has the same ones. */
export type SmoothName = 'tanh' | 'gelu' | 'silu' | 'softplus';

/**
 * A smooth activation as `σ̄(y) = (σ(y) − σ(0))/σ'(0)`, so that σ̄(0) = 0 and σ̄'(0) = 1, with the two
 * derivatives at 0 that survive the shaping.
 */
export interface SmoothFunction {
  /** σ̄(y). */
  readonly value: (y: number) => number;
  /** σ̄''(0). */
  readonly second: number;
  /** σ̄'''(0). */
  readonly third: number;
}

/** Below this |z|, log cosh z is taken from tanh z, which cancels nothing. */
const LOG_COSH_SWITCH = 1;

function logCosh(z: number): number {
  const t = Math.abs(z);
  if (t < LOG_COSH_SWITCH) return -0.5 * Math.log1p(-(Math.tanh(t) ** 2));
  return t + Math.log1p(Math.exp(-2 * t)) - Math.LN2;
}

/**
 * The smooth activations by name: tanh y; GELU in its exact form, 2y Φ(y); SiLU, 2y/(1 + e^{−y});
 * softplus, 2 (log(1 + e^y) − log 2). GELU, SiLU and softplus are lines plus even functions, so
 * their third derivative at 0 vanishes.
 */
export const smoothFunctions: Readonly<Record<SmoothName, SmoothFunction>> = {
  tanh: { value: Math.tanh, second: 0, third: -2 },
  gelu: { value: (y) => 2 * y * normalCdf(y), second: 4 / Math.sqrt(2 * Math.PI), third: 0 },
  silu: { value: (y) => y * (1 + Math.tanh(y / 2)), second: 1, third: 0 },
  softplus: { value: (y) => y + 2 * logCosh(y / 2), second: 1 / 2, third: 0 },
};
