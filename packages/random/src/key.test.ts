import { expect, test } from 'vitest';
import { deriveSeed, foldIn, keyFromSeed } from './key.js';

test('equal purposes give equal keys, different ones give different keys', () => {
  const root = keyFromSeed(0);
  const keys = new Set<string>();
  for (const name of ['values', 'queries', 'a', 'b', 'ab', 'ba']) {
    expect(foldIn(root, name)).toEqual(foldIn(root, name));
    keys.add(foldIn(root, name).join());
  }
  for (let i = -500; i < 1000; i++) keys.add(foldIn(root, i).join());
  keys.add(foldIn(root, 2 ** 40).join());
  expect(keys.size).toBe(6 + 1500 + 1);
});

test('folding in several purposes is folding them in one after another', () => {
  const root = keyFromSeed(3);
  expect(foldIn(root, 'network', 17, 'values')).toEqual(
    foldIn(foldIn(foldIn(root, 'network'), 17), 'values'),
  );
});

test('a fraction or an unsafe integer is refused', () => {
  expect(() => keyFromSeed(0.5)).toThrow(/expected the seed to be a safe integer, got 0\.5/);
  expect(() => keyFromSeed(2 ** 60)).toThrow(/expected the seed to be a safe integer, got 1152921/);
  expect(() => foldIn([0, 0], 0.5)).toThrow(/expected a safe integer or a string, got 0\.5/);
});

test('a seed that was forgotten, or is text, is refused and not taken for another', () => {
  for (const seed of [undefined, null, '7', {}] as unknown as number[]) {
    expect(() => keyFromSeed(seed)).toThrow(
      `keyFromSeed: expected the seed to be a safe integer, got ${String(seed)}. Give a whole number`,
    );
  }
});

test('derived seeds are safe integers, equal for equal purposes and distinct otherwise', () => {
  const seeds = Array.from({ length: 1000 }, (_, i) => deriveSeed(7, 'layer', i));
  expect(seeds.every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
  expect(new Set(seeds).size).toBe(1000);
  expect(deriveSeed(7, 'layer', 3)).toBe(seeds[3]);
});
