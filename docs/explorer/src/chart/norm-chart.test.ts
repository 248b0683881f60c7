import { expect, test } from 'vitest';
import { decadesFor, powerOfTen } from './norm-chart.ts';

test('powers of ten are written out', () => {
  expect([-12, -1, 0, 3].map(powerOfTen)).toEqual(['10⁻¹²', '10⁻¹', '10⁰', '10³']);
});

test('the axis has the first few decades that hold the values', () => {
  expect(decadesFor(-0.4, 0.2)).toEqual([-2, 1]);
  expect(decadesFor(-2.1, 0.2)).toEqual([-3, 3]);
  expect(decadesFor(-310.5, 0)).toEqual([-311, 0]);
});
