import { describe, expect, it } from 'vitest';
import { architectureOf, trainedModel } from './architecture-of.js';
import { configSchema } from './schema.js';

const config = (raw: object) => configSchema.parse(raw);

describe('architectureOf', () => {
  it.each(['shaped', 'unshaped', 'preLN', 'postLN', 'depthScaled'] as const)(
    'makes every block kind from one configuration: %s',
    (block) => {
      const { model } = config({});
      const arch = architectureOf(model, { block });
      expect(arch).toMatchObject({ block, tokens: 8, width: 128, depth: 100, heads: 1 });
      const own = block === 'shaped' || block === 'unshaped' ? model.gamma : undefined;
      if (own !== undefined) expect(arch.gamma).toBe(own);
      expect(arch.norm).toBe(block.endsWith('LN') ? 'layer' : 'none');
      expect(architectureOf(config({ model: { block } }).model)).toEqual(arch);
    },
  );

  it('gives a baseline the attention and activation of its kind', () => {
    const { model } = config({ model: { attention: 'softmax', activation: 'relu' } });
    expect(architectureOf(model)).toMatchObject({ attention: 'softmax', activation: 'relu' });
    expect(architectureOf(model, { block: 'unshaped' }).attention).toBe('softmax');
    const unshaped = config({ model: { block: 'unshaped', attention: 'shaped' } }).model;
    expect(architectureOf(unshaped).attention).toBe('shaped');
    expect(architectureOf(unshaped, { block: 'shaped' }).activation).toBe('shapedRelu');
  });

  it('turns terms and gains into shifts of the gains, at every width', () => {
    const shifts = (model: object, change = {}) => {
      const { gamma1Shift, gamma2Shift } = architectureOf(config({ model }).model, change);
      return [gamma1Shift, gamma2Shift];
    };
    expect(shifts({})).toEqual([0, 0]);
    expect(shifts({ gamma1: 0.75, gamma2: 1.5 })).toEqual([-32, 64]);
    expect(shifts({ gamma1: 0.75 }, { width: 64 })).toEqual([-16, 0]);
    expect(shifts({ identity: false })).toEqual([-128, 0]);
    expect(shifts({ centring: false }, { width: 32 })).toEqual([0, -32]);
    // A baseline has the attention of its kind.
    expect(shifts({ centring: false }, { block: 'preLN' })).toEqual([0, 0]);
    expect(shifts({ block: 'preLN', attention: 'shaped', gamma1: 0 })).toEqual([-128, 0]);
  });

  it('knows smooth activations by their own names', () => {
    const { model } = config({ model: { activation: 'silu', a: 0.4 } });
    expect(architectureOf(model)).toMatchObject({
      ...{ activation: 'shapedSmooth', smooth: 'silu', a: 0.4 },
    });
    expect(architectureOf(model, { block: 'unshaped' }).activation).toBe('relu');
  });

  it('keeps the ratio of head width to width', () => {
    const { model } = config({ model: { heads: 4, headWidth: 64 } });
    expect(architectureOf(model, { width: 64 }).headWidth).toBe(32);
    expect(architectureOf(config({ model: { heads: 4 } }).model, { width: 64 }).headWidth).toBe(16);
  });
});

describe('trainedModel', () => {
  it('lays train.model over model, with a causal mask', () => {
    const trained = trainedModel(config({ train: { model: { depth: 6, tokens: 32 } } }));
    expect(trained).toMatchObject({ depth: 6, tokens: 32, width: 128, mask: 'causal' });
  });

  it('takes shaping apart in the trained network alone', () => {
    const own = { centring: false, gamma1: 0.5, activation: 'relu' };
    const trained = config({ model: { gamma1: 2 }, train: { model: own } });
    expect(architectureOf(trainedModel(trained))).toMatchObject({
      ...{ gamma1Shift: -64, gamma2Shift: -128, activation: 'relu' },
    });
    expect(architectureOf(trained.model)).toMatchObject({ gamma1Shift: 128, gamma2Shift: 0 });
  });

  it('forgets a head width that belongs to another width', () => {
    const model = { heads: 2, headWidth: 16 };
    expect(trainedModel(config({ model })).headWidth).toBe(16);
    const narrow = config({ model, train: { model: { width: 64 } } });
    expect(trainedModel(narrow).headWidth).toBeUndefined();
  });
});
