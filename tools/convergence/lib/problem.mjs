import {
  architecture,
  meanCorrelation,
  meanLogVariance,
  mlpActivation,
} from '../../../packages/sde/dist/index.js';

/**
 * What is compared: a softmax strong enough to be seen (without it log V is off by a KS distance of
 * 0.04), and slopes far enough from each other that the leading correction in 1/√n is seen at width
 * 10⁴. See docs/decisions/convergence-in-width.md.
 */
export const PROBLEM = {
  tokens: 4,
  gamma: Math.SQRT1_2 / 2,
  tau0: 0.5,
  cPlus: 0,
  cMinus: -6,
  /** V0 has this on the diagonal and `rho0` off it. */
  variance0: 1,
  rho0: 0.2,
  /** T = depth/width. */
  time: 0.5,
  /** Chain and SDE stop at max |V_ab| > stopAt; see docs/decisions/stopped-trend.md. */
  stopAt: 10,
  /** Steps of the SDE's finer solution; the coarser one, for the step error, takes half as many. */
  steps: 512,
  seed: 2306,
};

export const MASKS = ['full', 'causal'];

/**
 * The unshaped networks whose rank collapse is compared with its ODE: γ = 1/2, 1/4, 1/8 at the same
 * s = γ²·depth, one head, an output projection.
 */
export const COLLAPSE = {
  gammas: [1 / 2, 1 / 4, 1 / 8],
  widths: [512, 2048],
  end: 1.5,
  tau0: 1,
  /** Attention matrices a mean is over, and repetitions for its standard error. */
  draws: 256,
  replicas: 16,
};

/** The unshaped network of one branch weight and width. */
export function unshaped(gamma, width) {
  const { tau0, end } = COLLAPSE;
  const depth = Math.round(end / gamma ** 2);
  const common = { block: 'unshaped', outputProjection: true, tau0, gamma };
  return architecture({ tokens: PROBLEM.tokens, width, depth, ...common });
}

/** What is read off every final V. */
export const FUNCTIONALS = { rho: meanCorrelation, logV: meanLogVariance };

/** Wrong theories, as changes of the SDE: what the comparison would have seen. */
export const WRONG = {
  'no softmax noise or drift': () => ({ tau0: 1e6 }),
  'τ0 20 % too high': () => ({ tau0: 1.2 * PROBLEM.tau0 }),
  'the other mask': (mask) => ({ mask: mask === 'full' ? 'causal' : 'full' }),
  'W_O that is not there': () => ({ outputProjection: true }),
  'ν 20 % too large': () => ({ cMinus: Math.sqrt(1.2) * PROBLEM.cMinus }),
};

/** V0, `[m, m]`. */
export function initialCovariance() {
  const { tokens, variance0, rho0 } = PROBLEM;
  return Float64Array.from({ length: tokens * tokens }, (_, i) =>
    i % (tokens + 1) === 0 ? variance0 : variance0 * rho0,
  );
}

/** The shaped network of one mask and width, with changes. */
export function network(mask, width, change = {}) {
  const { tokens, gamma, tau0, cPlus, cMinus, time } = PROBLEM;
  const depth = Math.max(1, Math.round(time * width));
  return architecture({ tokens, width, depth, mask, gamma, tau0, cPlus, cMinus, ...change });
}

/**
 * The network whose SDE has the MLP drift c(n) b of width n in place of b: ν goes as (c₊ − c₋)², so
 * the slopes' distance is multiplied by √c(n). It differs from the chain by O(1/n).
 */
export function corrected(mask, width) {
  const { cPlus, cMinus } = PROBLEM;
  const { c } = mlpActivation(network(mask, width));
  return network(mask, width, { cPlus: 0, cMinus: -Math.sqrt(c) * Math.abs(cPlus - cMinus) });
}
