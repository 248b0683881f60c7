import type { Stream } from '@shaped/random';
import { attentionFinish } from '../chain/attention-matrix.js';
import { gaussianBlock } from '../chain/gaussian-block.js';
import { residualStep } from '../chain/residual-step.js';
import { wishartRoot } from '../chain/wishart-root.js';
import { cholesky } from '../covariance/cholesky.js';
import { addGram, multiply, multiplyTransposed } from '../covariance/matrix.js';
import { describedBy } from '../model/described-models.js';
import { meanActivationGram } from '../model/mean-activation-gram.js';
import type { SdeModel } from '../model/sde-model.js';
import type { Solver } from './solver.js';

/**
 * The Gram step: one layer of a width-1/dt network whose covariance has, to first order in dt, the
 * drift and diffusion of the SDE, so that V stays positive semidefinite by construction. Weak order
 * 1; it follows no given Brownian path, so it has no strong order. Cost O(H m³), whatever dt.
 *
 * Attention: logits `√dt/τ0 · L G Lᵀ` a head, `Q = (1/H) Σ_h A_h V A_hᵀ`, times a Wishart(1/dt)·dt
 * with an output projection. MLP: `P` = Wishart(1/dt)·dt around the mean of the activations' Gram
 * matrix, for the shaped ReLU exactly `V + c(1/dt)·b dt/γ²`. Each is followed by the exact residual
 * update `λX + γ √dt · (branch) W`.
 *
 * @throws RangeError when this package did not make the model, or dt > 1/(2m)
 */
export function gramStep(model: SdeModel, dt: number): Solver {
  const arch = describedBy(model);
  if (arch === undefined) {
    throw new RangeError(
      "gramStep: expected a model made by mlpSde, attentionSde or transformerSde, got another one. Use 'eulerMaruyama'.",
    );
  }
  const { tokens: m, heads } = arch;
  const width = 1 / dt;
  if (!(width >= 2 * m)) {
    throw new RangeError(
      `gramStep: expected a step of at most 1/(2m) = ${1 / (2 * m)}, got ${dt}. ` +
        'It simulates a network of width 1/dt, which needs two columns a token: take more steps.',
    );
  }
  const advance = residualStep(m, arch.lambda, arch.gamma * Math.sqrt(dt), width);
  const finish = attentionFinish(arch, dt);
  const drawLogits = gaussianBlock(m * m, Math.sqrt(dt) / arch.tau0);
  const [L, G, A, Q, branch, product] = Array.from({ length: 6 }, () => new Float64Array(m * m));

  /** Replaces Q by branch·Wishart(1/dt)·branchᵀ·dt for a factor of Q. */
  const roughen = (stream: Stream) => {
    cholesky(Q, m, branch);
    wishartRoot(m, width, stream, G);
    multiply(branch, G, m, m, m, product);
    Q.fill(0);
    addGram(product, m, m, dt, Q);
  };
  const addBranch = (V: Float64Array, stream: Stream) => {
    cholesky(Q, m, branch);
    advance(L, branch, stream, V);
  };
  return {
    name: 'gramStep',
    calculus: 'ito',
    strongOrder: null,
    weakOrder: 1,
    preservesCone: true,
    domain: 'Models of this package at dt ≤ 1/(2m); weak quantities only, no Brownian path.',
    step(V, stream) {
      if (arch.attention === 'shaped') {
        cholesky(V, m, L);
        Q.fill(0);
        for (let h = 0; h < heads; h++) {
          drawLogits(stream, G);
          multiply(L, G, m, m, m, product);
          multiplyTransposed(product, L, m, m, m, G);
          finish(G, A);
          multiply(A, L, m, m, m, product);
          addGram(product, m, m, 1 / heads, Q);
        }
        if (arch.outputProjection) roughen(stream);
        addBranch(V, stream);
      }
      if (arch.activation !== 'none') {
        cholesky(V, m, L);
        meanActivationGram(arch, V, width, Q);
        roughen(stream);
        addBranch(V, stream);
      }
      return false;
    },
  };
}
