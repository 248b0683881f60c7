import { describe, expect, it } from 'vitest';
import { draw } from '../testing/draw.js';
import { fixtureCheck } from '../testing/fixture-check.js';
import { fixtureBands, fixtureTraining } from '../testing/fixture-training.js';
import { markCount } from '../testing/vega-svg.js';
import { oneStepResiduals } from './one-step-residuals.js';
import { trainingBand } from './training-band.js';
import { largestNumbers, updateRatios } from './training-health.js';
import { gainCurve, metricCurve, trainingLayers } from './training-layers.js';
import { trainingLoss } from './training-loss.js';
import { widthGap } from './width-gap.js';

describe('one-step residuals', () => {
  const { profiles } = fixtureCheck(12);

  it('has a panel for each stage and quantity, an interval and a point a layer', async () => {
    const { svg, texts } = await draw(oneStepResiduals('drift', { block: 'shaped', profiles }));
    expect(markCount(svg, 'symbol')).toBe(5 * 3 * 12);
    expect(texts).toEqual(
      expect.arrayContaining(['mixing', 'layer (SDE)', 'spread', 'residual (sd of a step)']),
    );
  });

  it('counts the intervals that leave out zero', () => {
    const shifted = profiles.map((own) => ({ ...own, drift: 1, driftStandardError: 0.1 }));
    const figure = oneStepResiduals('drift', { block: 'shaped', profiles: shifted });
    expect(figure?.caption).toContain('180 of 180 intervals leave out zero');
  });

  it('averages neighbouring layers of a deep network, errors included', () => {
    const deep = Array.from({ length: 200 }, (_, i) => ({
      ...profiles[0],
      layer: i + 1,
      diffusion: i % 2,
      diffusionStandardError: 0.2,
    }));
    const figure = oneStepResiduals('diffusion', { block: 'shaped', profiles: deep });
    const { values } = (figure?.spec as { data: { values: Record<string, number>[] } }).data;
    expect(values).toHaveLength(50);
    expect(values[0]).toMatchObject({ layer: 2.5, value: 0.5 });
    // Four independent errors of 0.2 average to 0.1; the interval is two of them.
    expect(values[0].low).toBeCloseTo(0.3, 12);
  });

  it('has no figure without residuals', () => {
    expect(oneStepResiduals('drift', { block: 'shaped', profiles: [] })).toBeUndefined();
  });
});

describe('the gap to the SDE', () => {
  it('has two panels a metric and its noise floor', async () => {
    const { record } = fixtureCheck(4);
    const { svg, texts } = await draw(widthGap(record.gaps));
    expect(markCount(svg, 'line')).toBe(3 + 6);
    expect(texts).toEqual(
      expect.arrayContaining(['mean log token norm', 'noise at 5 %', '64', '256']),
    );
  });

  it('has no figure without widths', () => {
    expect(widthGap([])).toBeUndefined();
  });
});

describe('training', () => {
  const records = fixtureTraining();

  it('draws the loss of batches and of the validation text', async () => {
    const { svg, texts, caption } = await draw(trainingLoss(records, 'shaped'));
    expect(markCount(svg, 'line')).toBe(2);
    expect(texts).toEqual(expect.arrayContaining(['training batch', 'validation']));
    const last = records.filter(({ kind }) => kind === 'validation').at(-1) as { loss: number };
    expect(caption).toContain(`${Number(last.loss.toPrecision(3))} at step 120`);
  });

  it('draws at most seven layers of a metric, the first and the last among them', async () => {
    const { svg, texts, caption } = await draw(
      trainingLayers(records, metricCurve('correlationMean')),
    );
    expect(markCount(svg, 'line')).toBe(7);
    expect(texts).toEqual(expect.arrayContaining(['Mean token correlation during training', '12']));
    expect(caption).toContain('7 of 13 layers');
  });

  it('draws a line a head of the gains', () => {
    const figure = trainingLayers(
      [{ step: 3, kind: 'layer', layer: 1, metrics: {}, gamma1: [0.5, 1] }],
      gainCurve('gamma1'),
    );
    expect(figure?.caption).toContain('Layer 1: 0.5 to 1 at step 3');
    const { values } = (figure?.spec as { data: { values: unknown[] } }).data;
    expect(values).toHaveLength(2);
  });

  it('draws ρ of at most eight layers in its band, and says which left it', async () => {
    const { svg, texts, caption } = await draw(trainingBand(records, fixtureBands()));
    // A line and a median a panel, and the band.
    expect(markCount(svg, 'line')).toBe(2 * 8);
    expect(markCount(svg, 'area')).toBe(8);
    expect(texts).toEqual(expect.arrayContaining(['layer 0', 'layer 12', 'optimiser step']));
    expect(caption).toContain('1 of 13 layers left their band: first layer 12 at step 40');
    const stayed = records.filter(({ kind }) => kind !== 'departure');
    expect(trainingBand(stayed, fixtureBands())?.caption).toContain('None of 13 layers');
    expect(trainingBand(records)).toBeUndefined();
    expect(trainingBand([], fixtureBands())).toBeUndefined();
  });

  it('draws the size of updates and the largest numbers', async () => {
    const ratios = await draw(updateRatios(records));
    expect(markCount(ratios.svg, 'line')).toBe(3);
    expect(ratios.caption).toContain('embedding 0.01 at step 120');
    const largest = await draw(largestNumbers(records));
    expect(markCount(largest.svg, 'line')).toBe(2);
    expect(largest.caption).toContain('logit 11 at step 120');
    expect([updateRatios([]), largestNumbers([])]).toEqual([undefined, undefined]);
  });

  it('has no figure for what was not recorded', () => {
    expect(trainingLoss([], 'shaped')).toBeUndefined();
    expect(trainingLayers(records, { ...metricCurve('normMean'), value: () => null })).toBe(
      undefined,
    );
    const plain = [{ step: 1, kind: 'layer' as const, layer: 1, metrics: {} }];
    expect(trainingLayers(plain, gainCurve('gamma2'))).toBeUndefined();
  });
});
