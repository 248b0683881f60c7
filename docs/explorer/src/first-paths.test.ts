import { expect, test } from 'vitest';
import { FirstPaths } from './first-paths.ts';

test('a first picture is made of as many paths as a machine has time for', () => {
  const firstPaths = new FirstPaths();
  const least = firstPaths.of(4, 80);
  // At a tenth of a millisecond a path.
  for (let i = 0; i < 20; i++) firstPaths.took(4, 80, firstPaths.of(4, 80) / 10);
  const learnt = firstPaths.of(4, 80);
  expect(learnt).toBeGreaterThan(least);
  firstPaths.took(4, 80, learnt / 10);
  expect(firstPaths.of(4, 80)).toBe(learnt);
  // Another simulation is not known yet.
  expect(firstPaths.of(4, 120)).toBe(least);
});

test('the number stays within bounds, and does not go back and forth', () => {
  const firstPaths = new FirstPaths();
  for (let i = 0; i < 20; i++) firstPaths.took(2, 80, 1);
  const most = firstPaths.of(2, 80);
  firstPaths.took(2, 80, 0);
  expect(firstPaths.of(2, 80)).toBe(most);
  for (let i = 0; i < 20; i++) firstPaths.took(2, 80, 1000);
  expect(firstPaths.of(2, 80)).toBe(new FirstPaths().of(2, 80));
  // At any speed it comes to rest.
  for (const speed of [0.01, 0.07, 0.3, 0.5, 0.9, 5]) {
    const other = new FirstPaths();
    const seen: number[] = [];
    for (let i = 0; i < 30; i++) {
      seen.push(other.of(8, 80));
      other.took(8, 80, speed * other.of(8, 80));
    }
    expect(new Set(seen.slice(-10)).size).toBe(1);
  }
});
