import type { SdeModel } from '../model/sde-model.js';

/** What models made for tests share. */
const toy = {
  calculus: 'ito',
  noiseType: 'general',
  domain: 'Tests.',
  diffusion: () => new Float64Array(0),
} as const;

/** `dV = −V dt` for one token, without noise: `V(T) = e^{−T} V(0)`, and (1 − dt)^N V(0) by Euler. */
export const decay: SdeModel = {
  ...toy,
  tokens: 1,
  drift(V, out = new Float64Array(1)) {
    out[0] = -V[0];
    return out;
  },
  noise(_, __, out = new Float64Array(1)) {
    out[0] = 0;
    return out;
  },
};

/** `dV = dB + dBᵀ` for two tokens, far inside the cone: every step size has the same V(T) on a path. */
export const additive: SdeModel = {
  ...toy,
  tokens: 2,
  drift: (_, out = new Float64Array(4)) => out.fill(0),
  noise(_, draws, out = new Float64Array(4)) {
    const [a, b, c, d] = Array.from({ length: 4 }, () => draws.normal());
    out.set([2 * a, b + c, b + c, 2 * d]);
    return out;
  },
};
