import { architecture, type Architecture } from './architecture.js';
import { attentionDrift } from './attention-drift.js';
import { covarianceNoise } from './covariance-noise.js';
import { describe } from './described-models.js';
import { attentionDiffusion, linearDiffusion } from './diffusion-tensors.js';
import { addMlpDrift } from './mlp-drift.js';
import type { SdeModel } from './sde-model.js';

/**
 * The SDE of the blocks an architecture has; drifts and diffusions of its blocks add.
 * `mlpSde`, `attentionSde` and `transformerSde` name its three forms.
 *
 * @throws RangeError naming `caller` when the architecture has no SDE limit, with the reason
 */
export function covarianceSde(caller: string, options: Architecture): SdeModel {
  const arch = architecture(options);
  refuseWithoutLimit(caller, arch);
  const m = arch.tokens;
  const coefficients = noiseCoefficients(arch);
  const addAttention = arch.attention === 'shaped' ? attentionDrift(arch) : undefined;
  const hasMlp = arch.activation !== 'none';
  const noise = covarianceNoise(arch, coefficients);
  return describe({
    tokens: m,
    calculus: 'ito',
    noiseType: 'general',
    domain:
      'Positive semidefinite V, in the limit depth, width → ∞ at fixed depth/width, with weights ' +
      'iid N(0, 1), at initialisation. The drift of attention is cubic in V, that of GELU, SiLU and ' +
      'softplus quadratic: solutions explode with positive probability before any time, so means ' +
      'of V do not exist; stop the process at |V| > r.',
    architecture: arch,
    drift(V, out = new Float64Array(m * m)) {
      out.fill(0);
      addAttention?.(V, out);
      if (hasMlp) addMlpDrift(arch, V, arch.gamma * arch.gamma, out);
      return out;
    },
    diffusion(V) {
      const linear = linearDiffusion(V, m);
      const attention =
        coefficients.attention > 0 ? attentionDiffusion(V, arch.mask, m) : undefined;
      return linear.map(
        (x, i) => coefficients.linear * x + (attention ? coefficients.attention * attention[i] : 0),
      );
    },
    noise: (V, stream, out = new Float64Array(m * m)) => noise(V, stream, out),
  });
}

/**
 * Coefficients of Σ_lin and 𝒜. Attention gives γ²(2 − γ²) Σ_lin, or 2γ² with an output projection
 * (one more Gaussian product), and (γ⁴/τ0²) 𝒜/H, as the heads' softmaxes are independent given V.
 * The MLP gives 2γ² Σ_lin.
 */
export function noiseCoefficients(arch: Architecture): { linear: number; attention: number } {
  const gamma2 = arch.gamma * arch.gamma;
  const hasAttention = arch.attention === 'shaped';
  const ofAttention = hasAttention ? gamma2 * (arch.outputProjection ? 2 : 2 - gamma2) : 0;
  return {
    linear: ofAttention + (arch.activation === 'none' ? 0 : 2 * gamma2),
    attention: hasAttention ? (gamma2 * gamma2) / (arch.tau0 * arch.tau0 * arch.heads) : 0,
  };
}

function refuseWithoutLimit(caller: string, arch: Architecture): void {
  const refuse = (expected: string, got: string, why: string): never => {
    throw new RangeError(`${caller}: expected ${expected}, got ${got}. ${why}`);
  };
  if (arch.block !== 'shaped') {
    refuse(
      "block 'shaped'",
      `'${arch.block}'`,
      'Only shaped blocks change V by O(1/n) a layer; use gramChain for the finite-width law.',
    );
  }
  if (arch.attention === 'softmax') {
    refuse(
      "attention 'shaped' or 'none'",
      "'softmax'",
      'Plain softmax moves V by O(1) a layer, so depth ~ width has no limit; use gramChain.',
    );
  }
  if (arch.activation === 'relu') {
    refuse(
      "activation 'shapedRelu', 'shapedSmooth' or 'none'",
      "'relu'",
      'A fixed kink raises correlations by O(1) a layer; use gramChain, or shape it with c±/√n.',
    );
  }
}
