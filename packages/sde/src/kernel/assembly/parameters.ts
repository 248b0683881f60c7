/** The numbers of a set-up, which the host writes in this order; see `kernel-parameters.ts`. */

export const PARAMETERS: usize = memory.data(256, 16);

// @ts-ignore: decorator
@inline
export function parameter(index: i32): f64 {
  return load<f64>(PARAMETERS + (<usize>index << 3));
}

/** Time of one step. */
export const DT: i32 = 0;
/** √ of the coefficient of Σ_lin. */
export const LINEAR: i32 = 1;
/** √ of the coefficient of 𝒜; 0 without attention. */
export const SOFTMAX: i32 = 2;
/** γ²/τ0². */
export const ATTENTION_DRIFT: i32 = 3;
/** 2γ²a of the gain γ1 = 1 + a/n. */
export const GAIN1: i32 = 4;
/** γ²b of the gain γ2 = 1 + b/n. */
export const GAIN2: i32 = 5;
/** γ²(c₊ − c₋)²/2π of the shaped ReLU. */
export const RELU_PULL: i32 = 6;
/** γ²κ2²/4a² of a smooth activation. */
export const SMOOTH_EVEN: i32 = 7;
/** γ²κ3/2a² of a smooth activation. */
export const SMOOTH_ODD: i32 = 8;
/** r of the stopped process. */
export const STOP_AT: i32 = 9;
/** Defect of a factor from which V counts as outside the cone. */
export const CONE: i32 = 10;
/** λ of the residual branch. */
export const LAMBDA: i32 = 11;
/** γ/√n. */
export const BRANCH: i32 = 12;
/** Width n; 1/dt in a Gram step. */
export const WIDTH: i32 = 13;
/** Columns of a slice: n, or n/H where heads are followed apart. */
export const SLICE_WIDTH: i32 = 14;
/** Columns n/H that a head writes. */
export const HEAD_COLUMNS: i32 = 15;
/** Width n_k of a head's queries and keys. */
export const HEAD_WIDTH: i32 = 16;
/** 1/τ times what the logits' Gaussians are scaled by. */
export const LOGIT_SCALE: i32 = 17;
/** γ1 of shaped attention, 0 of plain. */
export const GAMMA1: i32 = 18;
/** γ2 of shaped attention, 0 of plain. */
export const GAMMA2: i32 = 19;
/** (s₊ + s₋)/2 and (s₊ − s₋)/2 of a ReLU. */
export const MEAN_SLOPE: i32 = 20;
export const HALF_SLOPE: i32 = 21;
/** c/n of a ReLU's hidden layer; that of a smooth activation is computed. */
export const NORMALIZER: i32 = 22;
/** α², β and c of the cubic that stands for a smooth activation in a Gram step. */
export const CUBIC_ALPHA2: i32 = 23;
export const CUBIC_BETA: i32 = 24;
export const CUBIC_C: i32 = 25;
/** s = a√n of a smooth activation. */
export const SMOOTH_SCALE: i32 = 26;
