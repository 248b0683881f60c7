import { expect, it } from 'vitest';
import type { Band } from '../predict/index.js';
import { departedLayers, departures, watchedBands } from './departures.js';
import type { LayerStep } from './training-record.js';

const band = (layer: number, q05: number, q95: number, metric = 'correlationMean') =>
  ({ layer, metric, q05, q95 }) as Band;
const bands = watchedBands([
  band(0, -1, 1),
  band(1, 0.1, 0.3),
  band(2, 0, 0.2),
  band(1, 5, 6, 'normMean'),
]);

const at = (step: number, ...values: (number | null)[]): LayerStep[] =>
  values.map((correlationMean, layer) => ({
    ...{ step, kind: 'layer', layer, metrics: { correlationMean } },
  }));

it('are the first records outside the band, each layer once', () => {
  const steps = [
    at(0, 0, 0.1, 0.2),
    at(5, 0, 0.31, 0.1),
    at(10, 0, 0.4, -0.01),
    at(15, 2, 0.2, 0.5),
  ];
  const departed = new Set<number>();
  const found = steps.flatMap((layers) => {
    const leaving = departures(layers, bands, departed);
    for (const { layer } of leaving) departed.add(layer);
    return leaving;
  });
  expect(found.map(({ step, layer, value }) => [step, layer, value])).toEqual([
    [5, 1, 0.31],
    [10, 2, -0.01],
    [15, 0, 2],
  ]);
  expect(found[0]).toMatchObject({ low: 0.1, high: 0.3, metric: 'correlationMean' });
  expect(departedLayers([...at(0, 1), ...found])).toEqual(new Set([0, 1, 2]));
});

it('are none of a layer without a band, or where ρ is undefined', () => {
  expect(departures(at(0, null, 0.2, 0.1, 7), bands, new Set())).toEqual([]);
});
