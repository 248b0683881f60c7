import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { stringify } from 'yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCheck, renderCheck, runCheck } from '../check/index.js';
import { tokenCorrelation } from '../metrics/index.js';
import { readPrediction, runPredict } from '../predict/index.js';
import {
  readGradientRecords,
  readLayerRecords,
  readProbeMatrix,
  runProbe,
} from '../probe/index.js';
import { heatMap, readRun, type LoggedValue } from '../tensorboard/index.js';
import { LayoutSchema } from '../tensorboard/generated/custom_scalars_pb.js';
import { HparamsPluginDataSchema } from '../tensorboard/generated/hparams_pb.js';
import { tinyRun, type TinyRun } from '../testing/tiny-run.js';
import { logInitialisation } from './log-initialisation.js';
import { CHARTED_METRICS } from './theory-layout.js';

const now = () => 1700000000000;
const DEPTH = 6;

let context: TinyRun;
let values: LoggedValue[];

const folder = (...parts: string[]) => context.run.path('tensorboard', 'init', ...parts);
const of = (tag: string, all = values) => all.filter((value) => value.tag === tag);
/** The steps and numbers of a scalar tag. */
const curve = (tag: string, all = values) =>
  of(tag, all).map(({ step, content }) => [step, content.numbers[0]] as const);
const mean = (numbers: readonly number[]) =>
  numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

beforeAll(async () => {
  context = tinyRun();
  await runProbe(context);
  await runPredict(context);
  logInitialisation(context.run, { now });
  values = readRun(folder('shaped'));
});

describe('depth profiles', () => {
  test('are the means over networks of the records, step = layer', () => {
    const records = readLayerRecords(context.run, 'shaped');
    for (const metric of ['correlationMean', 'logNormMean', 'stableRank'] as const) {
      const expected = Array.from({ length: DEPTH + 1 }, (_, layer) => {
        const own = records.filter((record) => record.layer === layer);
        return mean(own.map(({ metrics }) => metrics[metric] as number));
      });
      const logged = curve(`depth/${metric}`);
      expect(logged.map(([step]) => step)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      // TensorBoard stores float32.
      logged.forEach(([step, value]) => expect(value).toBeCloseTo(expected[step], 5));
      expect(curve(`last_layer/${metric}`)).toEqual([logged[DEPTH]]);
    }
  });

  test('of attention and gradients begin at layer 1', () => {
    const entropies = readLayerRecords(context.run, 'shaped').filter(({ layer }) => layer === 2);
    const entropy = mean(entropies.map(({ attention }) => attention?.attentionEntropy as number));
    const logged = curve('depth/attentionEntropy');
    expect(logged.map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(logged[1][1]).toBeCloseTo(entropy, 5);
    const gradients = readGradientRecords(context.run, 'shaped');
    for (const metric of ['gradientNorm', 'queryGradientNorm', 'keyGradientNorm'] as const) {
      expect(curve(`depth/${metric}`)).toEqual(
        gradients.map((record) => [record.layer, Math.fround(record[metric] as number)]),
      );
    }
  });

  test('say their formula and that the step is the layer', () => {
    const [first] = of('depth/correlationMean');
    expect(first.displayName).toMatch(/correlation, mean over networks$/);
    expect(first.description).toMatch(/step = layer\. `.+`/);
  });
});

describe('the network inside the band of each theory', () => {
  test.each(['sde', 'chain'] as const)('%s: four curves at equal steps', (theory) => {
    const { bands } = readPrediction(context.run, theory);
    for (const metric of CHARTED_METRICS) {
      const own = bands.filter((band) => band.metric === metric);
      const tag = (what: string) => `${theory}_band/${metric}/${what}`;
      for (const [what, level] of [
        ['median', 'q50'],
        ['lower', 'q05'],
        ['upper', 'q95'],
      ] as const) {
        expect(curve(tag(what))).toEqual(own.map((b) => [b.layer, Math.fround(b[level])]));
      }
      expect(curve(tag('network'))).toEqual(curve(`depth/${metric}`));
    }
  });

  test('a margin chart a theory and metric, of tags that were logged', () => {
    const [layout] = values.filter(({ plugin }) => plugin === 'custom_scalars');
    const { category } = fromBinary(LayoutSchema, layout.content.strings[0]);
    expect(category).toHaveLength(2);
    const tags = new Set(values.map(({ tag }) => tag));
    for (const { chart } of category) {
      expect(chart).toHaveLength(CHARTED_METRICS.length);
      for (const { content } of chart) {
        if (content.case !== 'margin') throw new Error('expected a margin chart');
        for (const { value, lower, upper } of content.value.series) {
          for (const tag of [value, lower, upper]) expect(tags).toContain(tag);
        }
      }
    }
  });

  test('is logged for the predicted kind alone', () => {
    const unshaped = readRun(folder('unshaped'));
    expect(curve('depth/correlationMean', unshaped)).toHaveLength(DEPTH + 1);
    expect(unshaped.filter(({ tag }) => /_band|custom_scalars/.test(tag))).toEqual([]);
  });
});

test('distributions over networks are histograms of as many networks as were measured', () => {
  const logged = of('over_networks/correlationMean');
  expect(logged.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (const { plugin, content } of logged) {
    expect(plugin).toBe('histograms');
    const counts = content.numbers.filter((_, i) => i % 3 === 2);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  }
});

test('heat maps show the token correlation of network 0 from the embedding to the last layer', () => {
  const logged = of('correlation_matrix');
  expect(logged.map(({ step }) => step)).toEqual([0, 2, 3, 5, 6]);
  for (const { plugin, content } of logged) {
    expect(plugin).toBe('images');
    expect(Buffer.from(content.strings[2]).subarray(1, 4).toString()).toBe('PNG');
  }
  const V = readProbeMatrix(context.run, 'shaped', 'V').subarray(0, 16);
  const values = tokenCorrelation(V, 4).flatMap((row) => row.map((rho) => rho as number));
  const { png } = heatMap({ values, rows: 4, columns: 4, scale: 'diverging' });
  expect(Buffer.from(logged[0].content.strings[2]).equals(png)).toBe(true);
  expect(logged[0].description).toContain('Token correlation of network 0');
});

test('the run’s configuration and windows are there as text', () => {
  const text = (tag: string) => Buffer.from(of(tag)[0].content.strings[0]).toString();
  expect(text('config')).toBe('```yaml\n' + stringify(context.config) + '```');
  expect(text('windows')).toMatch(/^1\. /);
});

test('the hyperparameter table has a row a block kind, with its own numbers', () => {
  const experiment = readRun(folder()).map(({ pluginContent }) =>
    fromBinary(HparamsPluginDataSchema, pluginContent),
  );
  const [{ data }] = experiment;
  if (data.case !== 'experiment') throw new Error('expected the experiment');
  expect(data.value.hparamInfos.map(({ name }) => name)).toContain('gamma');
  for (const block of ['shaped', 'unshaped']) {
    const row = readRun(folder(block))
      .filter(({ plugin }) => plugin === 'hparams')
      .map(({ pluginContent }) => fromBinary(HparamsPluginDataSchema, pluginContent).data)
      .find((value) => value.case === 'sessionStart');
    if (row?.case !== 'sessionStart') throw new Error('expected a session');
    expect(row.value.hparams['block'].kind.value).toBe(block);
    expect(row.value.hparams['depth'].kind.value).toBe(DEPTH);
    expect(row.value.hparams['networks'].kind.value).toBe(block === 'shaped' ? 4 : 2);
  }
});

test('a second call replaces the first; a fixed clock gives the same bytes', () => {
  const files = () =>
    readdirSync(folder(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  const before = files().map((path) => [path, readFileSync(path).toString('base64')]);
  expect(before).toHaveLength(3); // the table, and one file a block kind
  logInitialisation(context.run, { now });
  expect(files().map((path) => [path, readFileSync(path).toString('base64')])).toEqual(before);
  logInitialisation(context.run, { now: () => now() + 5000 });
  expect(files()).toHaveLength(3);
});

test('the verdict of a check is there as text, once, in the model’s run', async () => {
  const judged = tinyRun();
  await runCheck(judged);
  await runProbe(judged);
  logInitialisation(judged.run, { now });
  const verdicts = (block: string) =>
    of('verdict', readRun(judged.run.path('tensorboard', 'init', block))).map(({ content }) =>
      Buffer.from(content.strings[0]).toString(),
    );
  expect(verdicts('shaped')).toEqual(['```\n' + renderCheck(readCheck(judged.run)) + '\n```']);
  expect(verdicts('unshaped')).toEqual([]);
  expect(of('verdict')).toEqual([]); // no check was made there
});

test('a run without predictions has curves and no bands', async () => {
  const bare = tinyRun({ probe: { baselines: [] } });
  await runProbe(bare);
  logInitialisation(bare.run, { now });
  const logged = readRun(bare.run.path('tensorboard', 'init', 'shaped'));
  expect(curve('depth/correlationMean', logged)).toHaveLength(DEPTH + 1);
  expect(logged.filter(({ tag }) => /_band|custom_scalars/.test(tag))).toEqual([]);
});

test('one token is logged without what it has not', async () => {
  const single = tinyRun({ model: { tokens: 1 }, probe: { baselines: [], windows: 1 } });
  await runProbe(single);
  await runPredict(single);
  logInitialisation(single.run, { now });
  const logged = readRun(single.run.path('tensorboard', 'init', 'shaped'));
  expect(of('depth/correlationMean', logged)).toEqual([]);
  expect(of('depth/logNormMean', logged)).toHaveLength(DEPTH + 1);
});
