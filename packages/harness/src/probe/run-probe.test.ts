import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { architectureOf } from '../config/index.js';
import { EXIT, Failure } from '../failure.js';
import { gramMetricNames, gramMetrics } from '../metrics/index.js';
import { tinyRun } from '../testing/tiny-run.js';
import {
  hasProbe,
  readGradientRecords,
  readLayerRecords,
  readProbe,
  readProbeEnsemble,
  readProbeMatrix,
} from './probe-files.js';
import { probedBlocks, runProbe } from './run-probe.js';

describe('a finished probe', () => {
  test('leaves files that say what was measured, for the model and each baseline', async () => {
    const context = tinyRun();
    await runProbe(context);
    const { run, config } = context;
    expect(readProbe(run, 'shaped')).toMatchObject({
      arch: architectureOf(config.model),
      negativeControl: 'none',
      backend: 'wasm',
      seed: 17,
      networks: 4,
      matrices: ['V', 'half', 'mixed', 'excess'],
    });
    expect(readProbe(run, 'unshaped')).toMatchObject({ networks: 2, matrices: ['V'] });
    expect(readProbe(run, 'unshaped').windows).toEqual(readProbe(run, 'shaped').windows);
    const layers = readLayerRecords(run, 'shaped');
    expect(layers).toHaveLength(4 * 7);
    const V = readProbeMatrix(run, 'shaped', 'V');
    expect(V).toHaveLength(4 * 7 * 16);
    layers.forEach(({ metrics }, at) => {
      expect(metrics).toEqual(gramMetrics(V.subarray(at * 16, (at + 1) * 16), 4));
    });
    for (const name of ['half', 'mixed', 'excess'] as const) {
      expect(readProbeMatrix(run, 'shaped', name)).toHaveLength(4 * 6 * 16);
    }
    for (const block of ['shaped', 'unshaped'] as const) {
      expect(readGradientRecords(run, block).map(({ network, layer }) => [network, layer])).toEqual(
        [1, 2, 3, 4, 5, 6].map((layer) => [0, layer]),
      );
    }
    const text = readFileSync(run.path('probe', 'shaped', 'layers.jsonl'), 'utf8');
    expect(text).not.toMatch(/NaN|Infinity/);
    expect(context.said).toHaveLength(2);
    expect(context.said[0]).toMatch(
      /^shaped: mean correlation -?0\.\d{3} at layer 6 \(4 networks\)$/,
    );
  });

  test('is the ensemble that its layer records hold', async () => {
    const context = tinyRun();
    await runProbe(context);
    const { metrics, records } = readProbeEnsemble(context.run, 'shaped');
    expect(records).toBe(7);
    for (const record of readLayerRecords(context.run, 'shaped')) {
      const at = (record.network * 7 + record.layer) * gramMetricNames.length;
      gramMetricNames.forEach((name, i) => {
        expect(metrics[at + i]).toBe(record.metrics[name] ?? NaN);
      });
    }
  });

  test('is kept: a second call measures nothing and says the same', async () => {
    const context = tinyRun();
    await runProbe(context);
    const path = context.run.path('probe', 'shaped', 'layers.jsonl');
    const { mtimeMs } = statSync(path);
    const said = [...context.said];
    await runProbe(context);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
    expect(context.begun).toEqual(['shaped networks', 'unshaped networks']);
    expect(context.said).toEqual([...said, ...said]);
  });

  test('gives the same bytes in another directory', async () => {
    const [first, second] = [tinyRun(), tinyRun()];
    await runProbe(first);
    await runProbe(second);
    for (const name of readdirSync(first.run.path('probe', 'shaped'))) {
      const [a, b] = [first, second].map(({ run }) => readFileSync(run.path('probe/shaped', name)));
      expect(a.equals(b), name).toBe(true);
    }
  });
});

test('a probe of one window of one token has no correlation and says so', async () => {
  const context = tinyRun({ model: { tokens: 1 }, probe: { windows: 1, baselines: [] } });
  await runProbe(context);
  expect(context.said).toEqual(['shaped: one token, no correlation']);
});

test('an interruption leaves no half a block: finished ones stay, the rest is made by the next call', async () => {
  const context = tinyRun();
  context.onAdvance = (label) => {
    if (label === 'unshaped networks') {
      context.controller.abort(new Failure('Interrupted.', EXIT.interrupted));
    }
  };
  await expect(runProbe(context)).rejects.toMatchObject({ exitCode: EXIT.interrupted });
  expect(hasProbe(context.run, 'shaped')).toBe(true);
  expect(existsSync(context.run.path('probe', 'unshaped'))).toBe(false);

  const again = { ...context, signal: new AbortController().signal };
  await runProbe(again);
  expect(context.begun).toEqual(['shaped networks', 'unshaped networks', 'unshaped networks']);
  const undisturbed = tinyRun();
  await runProbe(undisturbed);
  expect(readLayerRecords(context.run, 'unshaped')).toEqual(
    readLayerRecords(undisturbed.run, 'unshaped'),
  );
});

test('a signal that was aborted before leaves nothing', async () => {
  const context = tinyRun();
  context.controller.abort(new Failure('Terminated.', EXIT.terminated));
  await expect(runProbe(context)).rejects.toMatchObject({ exitCode: EXIT.terminated });
  expect(existsSync(context.run.path('probe'))).toBe(false);
});

test('only the model is falsified, and every kind is probed once', async () => {
  const context = tinyRun({
    check: { negativeControl: 'gamma' },
    probe: { baselines: ['unshaped', 'shaped', 'unshaped'] },
  });
  expect(probedBlocks(context)).toEqual(['shaped', 'unshaped']);
  await runProbe(context);
  expect(readProbe(context.run, 'shaped').negativeControl).toBe('gamma');
  expect(readProbe(context.run, 'unshaped').negativeControl).toBe('none');
  const right = tinyRun();
  await runProbe(right);
  expect(readLayerRecords(context.run, 'unshaped')).toEqual(
    readLayerRecords(right.run, 'unshaped'),
  );
  expect(readLayerRecords(context.run, 'shaped')).not.toEqual(
    readLayerRecords(right.run, 'shaped'),
  );
});
