import { foldIn, keyFromSeed, Stream } from '@shaped/random';
import { expect, test } from 'vitest';
import { architecture } from '../model/architecture.js';
import { transformerSde } from '../model/transformer-sde.js';
import { moments } from '../statistics/moments.js';
import { referenceOptions, referenceV0 } from '../testing/reference-point.js';
import { sumOfStreams } from './sum-of-streams.js';

const key = foldIn(keyFromSeed(5), 'sum of streams');
const stream = (step: number) => new Stream(key, 0, step);

test('every draw is that of both halves over √2, however it is asked for', () => {
  const [a, b] = [stream(0), stream(1)];
  const sum = sumOfStreams(stream(0), stream(1));
  for (let i = 0; i < 5; i++) {
    expect(sum.normal()).toBe((a.normal() + b.normal()) * Math.SQRT1_2);
  }
  const [x, y] = [a, b].map((half) => half.fillNormal(new Float64Array(7), 3));
  sum.fillNormal(new Float64Array(7), 3).forEach((value, i) => {
    expect(Math.abs(value - (x[i] + y[i]) / Math.SQRT2)).toBeLessThan(1e-14);
  });
});

test('they are standard normals again', () => {
  // Seeded; 5 standard errors. Without the √2 the variance would be 2.
  const draws = sumOfStreams(stream(2), stream(3)).fillNormal(new Float64Array(20_000));
  const { mean, variance, standardError, varianceStandardError } = moments(draws);
  expect(Math.abs(mean)).toBeLessThan(5 * standardError);
  expect(Math.abs(variance - 1)).toBeLessThan(5 * varianceStandardError);
});

test.each(['full', 'causal'] as const)(
  "at frozen coefficients the model's noise is the sum of its two halves: %s",
  (mask) => {
    const model = transformerSde(architecture({ ...referenceOptions, mask }));
    const [first, second] = [0, 1].map((step) => model.noise(referenceV0, stream(step)).slice());
    const coarse = model.noise(referenceV0, sumOfStreams(stream(0), stream(1)));
    coarse.forEach((value, i) => {
      expect(Math.abs(value - (first[i] + second[i]) / Math.SQRT2)).toBeLessThan(1e-13);
    });
  },
);
