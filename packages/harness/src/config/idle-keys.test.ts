import { expect, test } from 'vitest';
import { architectureOf } from './architecture-of.js';
import { IDLE_KEYS, idleReason, type IdleKey } from './idle-keys.js';
import { configSchema, type ModelConfig } from './schema.js';

const model = (block: ModelConfig['block']) => configSchema.parse({ model: { block } }).model;

const OTHER = { gamma: 0.7, cPlus: 0.3, cMinus: -2.5, norm: 'rms' } as const;

test.each(['shaped', 'unshaped', 'preLN', 'postLN', 'depthScaled'] as const)(
  'in %s blocks exactly the keys without a reason change the architecture',
  (block) => {
    const base = model(block);
    const fixed = new Set<IdleKey>();
    for (const key of IDLE_KEYS) {
      const before = JSON.stringify(effective(base));
      const after = JSON.stringify(effective({ ...base, [key]: OTHER[key] }));
      if (before === after) fixed.add(key);
    }
    const reasons = IDLE_KEYS.filter((key) => idleReason(base, key) !== undefined);
    expect(reasons).toEqual(IDLE_KEYS.filter((key) => fixed.has(key)));
  },
);

/** The architecture without the slopes that a plain ReLU does not read. */
function effective(changed: ModelConfig) {
  const { cPlus, cMinus, ...rest } = architectureOf(changed);
  return rest.activation === 'relu' ? rest : { ...rest, cPlus, cMinus };
}

test('a reason names the block', () => {
  expect(idleReason(model('preLN'), 'gamma')).toMatch(/preLN/);
  expect(idleReason(model('unshaped'), 'norm')).toMatch(/unshaped/);
});
