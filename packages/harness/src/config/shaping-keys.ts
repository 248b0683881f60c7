import { z } from 'zod';

/** The smooth activations, which shaping scales: `s σ̄(x/s)`, s = a √n. */
export const SMOOTH_ACTIVATIONS = ['tanh', 'gelu', 'silu', 'softplus'] as const;

/** What a key is where it is not given. */
interface Defaults {
  attention: string;
  activation: string;
  a: string;
  identity: string;
  centring: string;
  gamma1: string;
  gamma2: string;
}

/** The defaults of the trained network: the keys of `model`. */
export const AS_IN_MODEL: Defaults = {
  attention: 'model.attention',
  activation: 'model.activation',
  a: 'model.a',
  identity: 'model.identity',
  centring: 'model.centring',
  gamma1: 'model.gamma1',
  gamma2: 'model.gamma2',
};

/**
 * The keys that take shaping apart: which attention, activation and terms a block has, and where the
 * gains of its attention start. All are optional: what is not given is decided by the block.
 */
export function shapingKeys(defaults: Defaults) {
  const says = (meaning: string, key: keyof Defaults) => `${meaning} Default: ${defaults[key]}.`;
  const gain = (letter: string, term: string, key: 'gamma1' | 'gamma2') =>
    z
      .number()
      .min(0)
      .optional()
      .describe(says(`Gain ${letter} of the ${term} of shaped attention at initialisation.`, key));
  const term = (name: string, key: 'identity' | 'centring') =>
    z
      .boolean()
      .optional()
      .describe(says(`Whether shaped attention has the ${name}, also while it trains.`, key));
  return {
    attention: z
      .enum(['shaped', 'softmax'])
      .optional()
      .describe(says('Attention matrix.', 'attention')),
    identity: term('identity term, of gain γ₁', 'identity'),
    centring: term('centring term, of gain γ₂', 'centring'),
    gamma1: gain('γ₁', 'identity', 'gamma1'),
    gamma2: gain('γ₂', 'centring', 'gamma2'),
    activation: z
      .enum(['shapedRelu', 'relu', ...SMOOTH_ACTIVATIONS])
      .optional()
      .describe(says('MLP activation; relu is plain, the others are shaped.', 'activation')),
    a: z
      .number()
      .positive()
      .optional()
      .describe(says('How flat a smooth activation is: shaping scales it by s = a √n.', 'a')),
  };
}
