import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { heatMap, histogramBuckets, TensorBoardWriter } from '@shaped/harness/tensorboard';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INSTALL_TIMEOUT_MS } from '../support/ensure-tool.ts';
import {
  attentionMap,
  CONFIG,
  correlationMap,
  IMAGES,
  LAYERS,
  loss,
  LOSS_DESCRIPTION,
  pairCorrelations,
  profile,
  RUNS,
  TRAINING_STEPS,
  WALL_TIME,
  writeSampleLogs,
} from './sample-logs.ts';
import { tensorboardUnderTest, type TensorboardUnderTest } from './tensorboard-under-test.ts';

type Scalars = [wallTime: number, step: number, value: number][];

let tensorboard: TensorboardUnderTest;
beforeAll(async () => {
  tensorboard = await tensorboardUnderTest(writeSampleLogs);
  await tensorboard.get<string[]>('runs', (runs) => runs.length === 3);
}, INSTALL_TIMEOUT_MS);
afterAll(() => tensorboard?.dispose());

const scalars = (run: string, tag: string, count: number) =>
  tensorboard.get<Scalars>(
    `plugin/scalars/scalars?run=${run}&tag=${encodeURIComponent(tag)}`,
    (points) => points.length === count,
  );

describe('TensorBoard’s data API returns exactly what was logged:', () => {
  test.each(Object.entries(RUNS))('the depth profiles of %s, step = layer', async (run, limit) => {
    const expected = profile(limit);
    for (const [tag, values] of [
      ['rho/mean', expected.value],
      ['rho/lower', expected.lower],
      ['rho/upper', expected.upper],
    ] as const) {
      expect(await scalars(run, tag, LAYERS + 1)).toEqual(
        values.map((value, layer) => [WALL_TIME, layer, Math.fround(value)]),
      );
    }
  });

  test('every one of 2,500 training steps', async () => {
    expect(await scalars('shaped', 'train/loss', TRAINING_STEPS)).toEqual(
      Array.from({ length: TRAINING_STEPS }, (_, step) => [
        WALL_TIME,
        step,
        Math.fround(loss(step)),
      ]),
    );
  });

  test('the descriptions of scalars, as rendered markdown', async () => {
    const tags =
      await tensorboard.get<Record<string, Record<string, { description: string }>>>(
        'plugin/scalars/tags',
      );
    expect(Object.keys(tags['shaped']).sort()).toEqual([
      'rho/lower',
      'rho/mean',
      'rho/upper',
      'train/loss',
    ]);
    expect(tags['shaped']['train/loss'].description).toContain('<strong>nats</strong>');
    expect(LOSS_DESCRIPTION).toContain('**nats**');
  });

  test('histograms, bucket by bucket', async () => {
    const answer = await tensorboard.get<[number, number, number[][]][]>(
      'plugin/histograms/histograms?run=shaped&tag=rho/density',
      (steps) => steps.length === IMAGES,
    );
    const expected = Array.from({ length: IMAGES }, (_, layer) => {
      const flat = histogramBuckets(pairCorrelations(layer), { range: [-1, 1], buckets: 40 });
      const rows = Array.from({ length: 40 }, (_, i) => [...flat.subarray(3 * i, 3 * i + 3)]);
      return [WALL_TIME, layer, rows];
    });
    expect(answer).toEqual(expected);
  });

  test('every one of 24 images, byte by byte', async () => {
    const images = await tensorboard.get<{ step: number; query: string }[]>(
      'plugin/images/images?run=preLN&tag=rho/matrix&sample=0',
      (list) => list.length === IMAGES,
    );
    for (const [layer, { step, query }] of images.entries()) {
      expect(step).toBe(layer);
      const expected = heatMap(correlationMap(layer));
      const png = await tensorboard.bytes(`plugin/images/individualImage?${query}`);
      expect(Buffer.from(png).equals(Buffer.from(expected.png))).toBe(true);
    }
    const [single] = await tensorboard.get<{ query: string }[]>(
      'plugin/images/images?run=shaped&tag=attention/first&sample=0',
    );
    const png = await tensorboard.bytes(`plugin/images/individualImage?${single.query}`);
    expect(Buffer.from(png).equals(Buffer.from(heatMap(attentionMap()).png))).toBe(true);
  });

  test('text, as rendered markdown', async () => {
    const [{ text, step }] = await tensorboard.get<{ text: string; step: number }[]>(
      'plugin/text/text?run=shaped&tag=config',
    );
    expect(step).toBe(0);
    expect(text).toContain('<h2>Config</h2>');
    expect(text).toMatch(/<td>gamma<\/td>\s*<td>0.354<\/td>/);
    expect(CONFIG).toContain('| gamma | 0.354 |');
  });

  test('the layout with its margin chart, whose three tags lead to the three curves', async () => {
    const layout = await tensorboard.get<{
      category: {
        title: string;
        chart: { title: string; margin?: unknown; multiline?: unknown }[];
      }[];
    }>('plugin/custom_scalars/layout', (answer) => 'category' in answer);
    expect(layout.category).toEqual([
      {
        title: 'Depth',
        closed: false,
        chart: [
          {
            title: 'mean correlation inside the SDE band',
            margin: { series: [{ value: 'rho/mean', lower: 'rho/lower', upper: 'rho/upper' }] },
          },
          { title: 'training', multiline: { tag: ['^train/loss$'] } },
        ],
      },
    ]);
    for (const [tag, count] of [
      ['rho/upper', LAYERS + 1],
      ['^train/loss$', TRAINING_STEPS],
    ] as const) {
      const answer = await tensorboard.get<{ tag_to_events: Record<string, Scalars> }>(
        `plugin/custom_scalars/scalars?run=shaped&tag=${encodeURIComponent(tag)}`,
      );
      const [[name, points]] = Object.entries(answer.tag_to_events);
      expect([name, points.length]).toEqual([tag.replace(/[\^$]/g, ''), count]);
    }
  });

  test('hyperparameters, their types and domains, and the last value of each metric', async () => {
    const experiment = await tensorboard.post<{
      name: string;
      hparamInfos: { name: string; type: string }[];
    }>('plugin/hparams/experiment', { experimentName: '' });
    expect(experiment.name).toBe('shaped');
    const types = Object.fromEntries(experiment.hparamInfos.map(({ name, type }) => [name, type]));
    expect(types).toEqual({
      block: 'DATA_TYPE_STRING',
      gamma: 'DATA_TYPE_FLOAT64',
      causal: 'DATA_TYPE_BOOL',
    });
    const { sessionGroups } = await tensorboard.post<{
      sessionGroups: {
        name: string;
        hparams: Record<string, unknown>;
        metricValues: { name: { tag: string }; value: number; trainingStep: number }[];
        sessions: { status: string }[];
      }[];
    }>(
      'plugin/hparams/session_groups',
      {
        experimentName: '',
        allowedStatuses: ['STATUS_SUCCESS', 'STATUS_FAILURE', 'STATUS_RUNNING', 'STATUS_UNKNOWN'],
        colParams: [
          { metric: { tag: 'rho/mean' } },
          { metric: { tag: 'train/loss' } },
          ...['block', 'gamma', 'causal'].map((hparam) => ({ hparam })),
        ],
        startIndex: 0,
        sliceSize: 10,
      },
      (answer) => answer.sessionGroups?.length === 2,
    );
    for (const [block, limit] of Object.entries(RUNS)) {
      const group = sessionGroups.find(({ hparams }) => hparams['block'] === block);
      expect(group?.hparams).toEqual({ block, gamma: 0.25, causal: block === 'shaped' });
      expect(group?.sessions.map(({ status }) => status)).toEqual(['STATUS_SUCCESS']);
      const metrics = group?.metricValues.map((m) => [m.name.tag, m.trainingStep, m.value]);
      expect(metrics).toEqual([
        ['rho/mean', LAYERS, Math.fround(profile(limit).value[LAYERS])],
        ['train/loss', TRAINING_STEPS - 1, Math.fround(loss(TRAINING_STEPS - 1))],
      ]);
    }
  });
});

test('a run resumed after a crash shows every step once, with the resumed values', async () => {
  const run = join(tensorboard.logdir, 'crashed');
  const crashed = new TensorBoardWriter(run);
  for (let step = 0; step < 10; step++) crashed.scalar('a', step, step);
  crashed.close();
  truncateSync(crashed.path, readFileSync(crashed.path).length - 7);
  await scalars('crashed', 'a', 9);
  const resumed = new TensorBoardWriter(run);
  for (let step = 5; step < 13; step++) resumed.scalar('a', 100 + step, step);
  resumed.close();
  const points = await scalars('crashed', 'a', 13);
  expect(points.map(([, step, value]) => [step, value])).toEqual(
    Array.from({ length: 13 }, (_, step) => [step, step < 5 ? step : 100 + step]),
  );
});

test('appended to the cut-off file instead, they would be lost and a value made up', async () => {
  const first = new TensorBoardWriter(join(tensorboard.logdir, 'appended'));
  for (let step = 0; step < 10; step++) first.scalar('a', step, step);
  first.close();
  truncateSync(first.path, readFileSync(first.path).length - 7);
  const second = new TensorBoardWriter(join(tensorboard.logdir, 'continued'));
  for (let step = 10; step < 13; step++) second.scalar('a', step, step);
  second.close();
  appendFileSync(first.path, readFileSync(second.path));
  await scalars('continued', 'a', 3);
  const points = await scalars('appended', 'a', 10);
  expect(points.slice(0, 9).map(([, , value]) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(points[9][2]).not.toBe(9);
});
