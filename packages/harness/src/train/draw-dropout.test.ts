import { expect, it } from 'vitest';
import type { DropoutPlace } from '../network/index.js';
import { drawDropout, type DropoutDraw } from './draw-dropout.js';

const place: DropoutPlace = { layer: 0, tensor: 'softmax', shape: [2, 50, 50] };
const draw: DropoutDraw = { rate: 0.3, seed: 1, step: 4, first: 0, count: 4 };

// Seeded; bounds of 5 standard errors, two-sided alpha below 1e-6 each.
it.each([0.001, 0.3, 0.5, 0.999])('drops with probability %d and keeps the mean', (rate) => {
  const values = drawDropout(place, { ...draw, rate });
  expect(values).toHaveLength(4 * 5000);
  const kept = Math.fround(1 / (1 - rate));
  expect(new Set(values)).toEqual(new Set([0, kept]));
  const dropped = values.filter((value) => value === 0).length / values.length;
  expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / values.length));
});

it('draws neighbours independently', () => {
  const rate = 0.3;
  const values = drawDropout(place, { ...draw, rate });
  const isDropped = (i: number) => values[i % values.length] === 0;
  for (const apart of [1, 2, 4, 5000]) {
    let both = 0;
    for (let i = 0; i < values.length; i++) if (isDropped(i) && isDropped(i + apart)) both++;
    const expected = rate ** 2;
    expect(Math.abs(both / values.length - expected), `${apart} apart`).toBeLessThan(
      5 * Math.sqrt(expected / values.length),
    );
  }
});

it('is a function of seed, step, place and sequence, and of nothing else', () => {
  const other = (changes: Partial<DropoutDraw>, at: Partial<DropoutPlace> = {}) =>
    drawDropout({ ...place, ...at }, { ...draw, ...changes }).join();
  const all = [
    ...[other({}), other({ seed: 2 }), other({ step: 5 }), other({ first: 4 })],
    ...[other({}, { layer: 1 }), other({}, { tensor: 'mlp' })],
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(other({})).toBe(all[0]);
});

it('is the same for a part of a batch', () => {
  const whole = drawDropout(place, draw);
  const part = drawDropout(place, { ...draw, first: 2, count: 2 });
  expect(part).toEqual(whole.subarray(2 * 5000));
});
