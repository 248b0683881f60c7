import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXIT, Failure } from '../failure.js';
import { gramMetricNames } from '../metrics/index.js';
import { tinyRun } from '../testing/tiny-run.js';
import { bandsOf } from './bands.js';
import { hasPrediction, readPrediction, readPredictionArray } from './prediction-files.js';
import { runPredict } from './run-predict.js';

test.each(['sde', 'chain'] as const)('predict/%s is complete and readable', async (theory) => {
  const context = tinyRun({ predict: { sdePaths: 30, chainPaths: 30, stopAt: 2 } });
  await runPredict(context);
  const { record, bands } = readPrediction(context.run, theory);
  expect(record).toMatchObject({
    theory,
    paths: 30,
    layers: [0, 1, 2, 3, 4, 5, 6],
    metrics: gramMetricNames,
    stopAt: 2,
    stepsPerLayer: theory === 'sde' ? 2 : 1,
  });
  const metrics = readPredictionArray(context.run, theory, 'metrics');
  expect(metrics).toHaveLength(30 * 7 * gramMetricNames.length);
  expect(bands).toEqual(bandsOf({ metrics, records: 7 }, record.layers));
  expect(readPredictionArray(context.run, theory, 'final')).toHaveLength(30 * 16);
  const stopped = readPredictionArray(context.run, theory, 'stopped').filter(Number.isFinite);
  expect(stopped.length).toBeGreaterThan(0);
  expect(record.stopped).toBe(stopped.length);
  const label = theory === 'sde' ? 'SDE paths' : 'exact chain paths';
  const line = context.said.find((text) => text.startsWith(label));
  expect(line).toMatch(/: mean correlation at layer 6: median .*, 5–95 % .* to /);
  expect(line).toContain(`stopped ${stopped.length} of 30`);
});

test('what is complete is kept, and the same bytes come in another directory', async () => {
  const [context, other] = [tinyRun(), tinyRun()];
  await runPredict(context);
  const path = context.run.path('predict', 'sde', 'final.npy');
  const { mtimeMs } = statSync(path);
  await runPredict(context);
  expect(statSync(path).mtimeMs).toBe(mtimeMs);
  expect(context.begun).toEqual(['SDE paths', 'exact chain paths']);
  await runPredict(other);
  for (const theory of ['sde', 'chain']) {
    for (const name of readdirSync(context.run.path('predict', theory))) {
      const [a, b] = [context, other].map(({ run }) =>
        readFileSync(run.path('predict', theory, name)),
      );
      expect(a.equals(b), name).toBe(true);
    }
  }
});

test('an interruption leaves no half a prediction', async () => {
  const context = tinyRun();
  context.onAdvance = (label) => {
    if (label === 'exact chain paths') {
      context.controller.abort(new Failure('Interrupted.', EXIT.interrupted));
    }
  };
  // 20 paths are one job: the interruption is seen before the next step of the run.
  context.config.predict.chainPaths = 100;
  await expect(runPredict(context)).rejects.toMatchObject({ exitCode: EXIT.interrupted });
  expect(hasPrediction(context.run, 'sde')).toBe(true);
  expect(existsSync(context.run.path('predict', 'chain'))).toBe(false);
});

test('a model without SDE is predicted by the chain alone, and the SDE’s absence is explained', async () => {
  const context = tinyRun({ model: { block: 'unshaped' } });
  await runPredict(context);
  expect(context.said[0]).toMatch(/^SDE paths: none, expected block 'shaped', got 'unshaped'\. /);
  expect(context.data[0]).toMatchObject({ theory: 'sde', skipped: expect.any(String) as string });
  expect(context.begun).toEqual(['exact chain paths']);
  expect(hasPrediction(context.run, 'sde')).toBe(false);
  expect(hasPrediction(context.run, 'chain')).toBe(true);
});

test('a model with LayerNorm is predicted by nothing, without failing', async () => {
  const context = tinyRun({ model: { block: 'preLN' } });
  await runPredict(context);
  expect(context.said).toEqual([
    expect.stringMatching(/^SDE paths: none, /),
    expect.stringMatching(/^exact chain paths: none, expected norm 'rms' or 'none', got 'layer'/),
  ]);
  expect(existsSync(context.run.path('predict'))).toBe(false);
});
