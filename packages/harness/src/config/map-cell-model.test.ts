import { expect, test } from 'vitest';
import { mapCellModel, ownValue } from './map-cell-model.js';
import { configSchema } from './schema.js';

const model = (raw: object = {}) => configSchema.parse({ model: raw }).model;

test('a cell changes its parameters and nothing else', () => {
  const { arch, time } = mapCellModel(model({ heads: 2 }), { gamma: 0.9, cMinus: -3 });
  const own = mapCellModel(model({ heads: 2 }), {}).arch;
  expect(arch).toEqual({ ...own, gamma: 0.9, lambda: Math.sqrt(1 - 0.9 * 0.9), cMinus: -3 });
  expect(time).toBe(100 / 128);
});

test('ratio is the time of the SDE, and the depth of the chain at the width of the cell', () => {
  expect(mapCellModel(model(), { ratio: 0.3 })).toMatchObject({ time: 0.3, arch: { depth: 38 } });
  expect(mapCellModel(model(), { ratio: 0.5, width: 64 })).toMatchObject({
    time: 0.5,
    arch: { depth: 32, width: 64 },
  });
  expect(mapCellModel(model(), { ratio: 1e-4 }).arch.depth).toBe(1);
});

test('width and depth keep the rest, also the ratio of head width to width', () => {
  const { arch, time } = mapCellModel(model({ headWidth: 64 }), { width: 256, depth: 10 });
  expect(arch).toMatchObject({ width: 256, depth: 10, headWidth: 128 });
  expect(time).toBe(10 / 256);
  expect(mapCellModel(model(), { heads: 4 }).arch.headWidth).toBe(32);
});

test('a parameter’s own value is that of the configuration', () => {
  expect(ownValue(model({ tau0: 0.7 }), 'tau0')).toBe(0.7);
  expect(ownValue(model(), 'ratio')).toBe(100 / 128);
});
