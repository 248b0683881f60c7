import type { Architecture } from './architecture.js';
import { covarianceSde } from './covariance-sde.js';
import type { SdeModel } from './sde-model.js';

/**
 * The covariance SDE of an architecture's whole layers: the drifts and diffusions of its attention
 * and MLP blocks added, time advancing by 1/n a layer. A block that is 'none' is left out.
 *
 * Source: docs/theory.md, section 2. Not for finite-width effects (use `simulateChain`), for
 * baselines that are not shaped, or for trained weights.
 *
 * @throws RangeError when the architecture has no SDE limit, with the reason
 */
export function transformerSde(arch: Architecture): SdeModel {
  return covarianceSde('transformerSde', arch);
}
