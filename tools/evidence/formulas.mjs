/**
 * The rows of the table of theory.md, section 6, in its order: what tests name as `formula`, how the
 * table calls it, the sections that state and derive it, and the files that compute it, below
 * `packages/sde/src` unless they say where.
 */
export const FORMULAS = [
  {
    key: 'attention matrix',
    title: 'attention matrix, gains, masks, with gradients',
    sections: '1',
    files: ['shaped-attention/src/attention/shaped-attention.ts'],
  },
  {
    key: 'logit covariance',
    title: 'logit covariance for every n_k',
    sections: '1',
    files: ['shaped-attention/src/attention/temperature.ts'],
  },
  {
    key: 'mlp block',
    title: 'MLP block, c(n)',
    sections: '1',
    files: ['shaped-attention/src/block/shaped-mlp.ts'],
  },
  {
    key: 'attention drift',
    title: 'drift of attention under any mask',
    sections: '2, 7',
    files: ['model/attention-drift.ts'],
  },
  {
    key: 'attention diffusion',
    title: 'diffusion of attention under any mask',
    sections: '2, 7',
    files: ['model/diffusion-tensors.ts'],
  },
  {
    key: 'heads and projection',
    title: 'H heads: 𝒜/H; output projection: 2γ² Σ_lin; the drift stays',
    sections: '2, 8',
    files: ['model/covariance-sde.ts'],
  },
  {
    key: 'gains',
    title: 'gains γ1 = 1 + a/n, γ2 = 1 + b/n',
    sections: '2, 8',
    files: ['model/attention-drift.ts'],
  },
  {
    key: 'relu drift',
    title: 'shaped ReLU: ν(ρ), c(n) b at every width',
    sections: '2, 9',
    files: ['model/mlp-drift.ts'],
  },
  {
    key: 'relu diffusion',
    title: 'MLP: 2γ² Σ_lin',
    sections: '2, 9',
    files: ['model/covariance-sde.ts'],
  },
  {
    key: 'smooth normaliser',
    title: 'normaliser c(n) of a smooth activation',
    sections: '9',
    files: ['model/mlp-activation.ts'],
  },
  {
    key: 'smooth drift',
    title: 'drift of the smooth shaped activation',
    sections: '2, 9',
    files: ['model/smooth-drift.ts'],
  },
  {
    key: 'smooth norms',
    title: 'its norms: E 1/V, stationary law, probability of explosion',
    sections: '9',
    files: ['model/smooth-drift.ts'],
  },
  {
    key: 'noise',
    title: 'noise in O(m³)',
    sections: '3',
    files: ['model/covariance-noise.ts'],
  },
  {
    key: 'solvers',
    title: 'solvers: one step, the limit law',
    sections: '3',
    files: ['solver/euler-maruyama.ts', 'solver/gram-step.ts'],
  },
  {
    key: 'chain',
    title: 'exact chain, all block kinds',
    sections: '4',
    files: ['chain/gram-chain.ts'],
  },
  {
    key: 'tfjs networks',
    title: 'exact chain against tfjs networks, step by step',
    sections: '4',
    files: ['harness/src/check/one-step.ts'],
  },
  {
    key: 'collapse recursion',
    title: 'unshaped networks of infinite width',
    sections: '10',
    files: ['collapse/collapse-recursion.ts'],
  },
  {
    key: 'collapse scatter',
    title: 'their scatter at H heads',
    sections: '10',
    files: ['collapse/collapse-recursion.ts'],
  },
  {
    key: 'collapse ode',
    title: 'ODE of rank collapse',
    sections: '10',
    files: ['collapse/collapse-ode.ts'],
  },
  {
    key: 'collapse of the baselines',
    title: 'mean ρ of the baselines at depth',
    sections: '5',
    files: ['chain/simulate-chain.ts'],
  },
];
