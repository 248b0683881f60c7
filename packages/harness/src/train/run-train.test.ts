import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { EXIT, Failure } from '../failure.js';
import { silent } from '../progress/reporter.js';
import { validationBatches } from '../data/index.js';
import { readJsonl } from '../run/index.js';
import { readRun } from '../tensorboard/index.js';
import { lossOf } from './gradients.js';
import { runTrain } from './run-train.js';
import {
  hasTraining,
  readInitialBand,
  readTrainedModel,
  readTrainRecords,
  readTrainSummary,
  TRAIN_EVENTS,
  trainPath,
} from './train-files.js';
import type { TimingRecord, TrainingRecord } from './training-record.js';
import { contextOf, smallConfig, textOf } from './testing/small-training.js';

async function metricsOf(config: ReturnType<typeof smallConfig>): Promise<string> {
  const context = contextOf(config);
  await runTrain(context);
  return readFileSync(trainPath(context.run, 'metrics.jsonl'), 'utf8');
}

const ofKind = <K extends TrainingRecord['kind']>(records: TrainingRecord[], kind: K) =>
  records.filter((r): r is Extract<TrainingRecord, { kind: K }> => r.kind === kind);

describe('runTrain', () => {
  it('learns from context: the validation loss falls below the unigram entropy', async () => {
    const context = contextOf(smallConfig({ steps: 60, batch: 8 }));
    await runTrain(context);
    const summary = readTrainSummary(context.run);
    // Both start at the unigram loss; what is gained is context. The text leaves hardly a choice.
    expect(summary.firstValidationLoss).toBeGreaterThan(summary.unigramLoss - 0.1);
    expect(summary.validationLoss).toBeLessThan(summary.unigramEntropy / 2);
    expect(summary.perplexity).toBeCloseTo(Math.exp(summary.validationLoss), 9);
    expect(summary.sample.continuation).not.toBe('');
  });

  it('records the losses of every step, and validation and layers at the cadence', async () => {
    const context = contextOf(smallConfig({ steps: 7 }));
    await runTrain(context);
    const records = readTrainRecords(context.run);
    const steps = (list: readonly { step: number }[]) => list.map(({ step }) => step);
    expect(steps(ofKind(records, 'train'))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(steps(ofKind(records, 'validation'))).toEqual([0, 3, 6, 7]);
    const layers = ofKind(records, 'layer');
    expect(layers.map(({ step, layer }) => [step, layer])).toEqual(
      [0, 3, 6, 7].flatMap((step) => [0, 1, 2].map((layer) => [step, layer])),
    );
    for (const { layer, metrics, gamma1, gamma2 } of layers) {
      expect(metrics.correlationMean).toBeTypeOf('number');
      expect(typeof metrics.attentionEntropy).toBe(layer === 0 ? 'undefined' : 'number');
      expect([gamma1?.length, gamma2?.length]).toEqual(
        layer === 0 ? [undefined, undefined] : [2, 2],
      );
    }
    expect(records.every((record) => !('tokensPerSecond' in record))).toBe(true);
    const timing = readFileSync(trainPath(context.run, 'timing.jsonl'), 'utf8').trim().split('\n');
    expect(timing).toHaveLength(7);
  });

  it('gives the same bytes of metrics for the same seed and others for another', async () => {
    const config = smallConfig();
    const first = await metricsOf(config);
    expect(await metricsOf(config)).toBe(first);
    expect(await metricsOf({ ...config, seed: 1 })).not.toBe(first);
  });

  it('keeps a complete training', async () => {
    const context = contextOf(smallConfig());
    await runTrain(context);
    const before = readFileSync(context.run.path('train', 'summary.json'), 'utf8');
    const results: unknown[] = [];
    await runTrain({
      ...context,
      backend: () => Promise.reject(new Error('not needed')),
      reporter: { ...silent, result: (_, data) => results.push(data) },
    });
    expect(readFileSync(context.run.path('train', 'summary.json'), 'utf8')).toBe(before);
    expect(results).toEqual([readTrainSummary(context.run)]);
  });

  it('leaves no tensor behind', async () => {
    const config = smallConfig();
    await metricsOf(config);
    const { numTensors } = tf.memory();
    await metricsOf(config);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('finishes the step when interrupted, leaves readable files and goes on from there', async () => {
    const config = smallConfig({ steps: 9 });
    const reference = await metricsOf(config);
    const controller = new AbortController();
    const context = contextOf(config, controller.signal);
    let done = 0;
    const reporter = {
      ...silent,
      task: (label: string) => ({
        advance: () => {
          if (label === 'training' && ++done === 4)
            controller.abort(new Failure('Interrupted.', EXIT.interrupted));
        },
        done: () => undefined,
      }),
    };
    await expect(runTrain({ ...context, reporter })).rejects.toMatchObject({
      exitCode: EXIT.interrupted,
    });
    expect(hasTraining(context.run)).toBe(false);
    expect(existsSync(context.run.path('train', 'model'))).toBe(false);
    const partial = readFileSync(trainPath(context.run, 'metrics.jsonl'), 'utf8');
    expect(reference.startsWith(partial)).toBe(true);
    expect(ofKind(readTrainRecords(context.run), 'train').map(({ step }) => step)).toEqual([
      0, 1, 2, 3,
    ]);
    const events = context.run.path(...TRAIN_EVENTS);
    const losses = readRun(events).filter(({ tag }) => tag === 'train/loss');
    expect(losses.map(({ step }) => step)).toEqual([0, 1, 2, 3]);

    await runTrain({ ...context, signal: new AbortController().signal });
    expect(readFileSync(trainPath(context.run, 'metrics.jsonl'), 'utf8')).toBe(reference);
    // A second event file, which TensorBoard reads after the first.
    expect(readdirSync(events).filter((name) => name.includes('tfevents'))).toHaveLength(2);
    const logged = readRun(events).filter(({ tag }) => tag === 'train/loss');
    expect(logged.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const paces = readFileSync(trainPath(context.run, 'timing.jsonl'), 'utf8').trim().split('\n');
    expect(paces.map((line) => (JSON.parse(line) as { step: number }).step)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  });

  it('logs curves, profiles over depth, distributions and text to TensorBoard', async () => {
    const context = contextOf(smallConfig());
    await runTrain(context);
    const values = readRun(context.run.path(...TRAIN_EVENTS));
    const records = readTrainRecords(context.run);
    const curve = (tag: string) =>
      values
        .filter((value) => value.tag === tag)
        .map(({ step, content }) => [step, content.numbers[0]]);
    expect(curve('train/loss')).toEqual(
      ofKind(records, 'train').map(({ step, loss }) => [step, Math.fround(loss)]),
    );
    expect(curve('correlationMean/layer_002')).toEqual(
      ofKind(records, 'layer')
        .filter(({ layer }) => layer === 2)
        .map(({ step, metrics }) => [step, Math.fround(metrics.correlationMean as number)]),
    );
    const tags = new Set(values.map(({ tag }) => tag));
    for (const tag of ['activations/layer_001', 'gains/gamma1', 'config', 'sample']) {
      expect(tags).toContain(tag);
    }
    const profile = readRun(context.run.path(...TRAIN_EVENTS, 'step_000006'));
    expect(
      profile.filter(({ tag }) => tag === 'depth/correlationMean').map(({ step }) => step),
    ).toEqual([0, 1, 2]);
  });

  it('records extremes, updates and departures from the band, and the memory', async () => {
    const context = contextOf(smallConfig({ steps: 12, learningRate: 0.05 }));
    await runTrain(context);
    const records = readTrainRecords(context.run);
    const bands = readInitialBand(context.run)!.bands.filter((b) => b.metric === 'correlationMean');
    expect(bands.map(({ layer }) => layer)).toEqual([0, 1, 2]);
    const layers = ofKind(records, 'layer');
    for (const band of bands) {
      const outside = layers.find(
        ({ layer, metrics: { correlationMean: rho } }) =>
          layer === band.layer && (rho! < band.q05 || rho! > band.q95),
      );
      const departure = ofKind(records, 'departure').find(({ layer }) => layer === band.layer);
      expect(departure?.step).toBe(outside?.step);
    }
    const { band, stoppedEarly } = readTrainSummary(context.run);
    expect(band).toEqual({
      ...{ theory: 'chain', paths: 32, layers: 3 },
      departed: ofKind(records, 'departure').length,
    });
    expect(band!.departed).toBeGreaterThan(0);
    expect(stoppedEarly).toBe(false);
    expect(ofKind(records, 'extremes').map(({ step }) => step)).toEqual([0, 3, 6, 9, 12]);
    for (const { activation, logit } of ofKind(records, 'extremes')) {
      expect(activation).toHaveLength(3);
      expect(logit).toBeGreaterThan(0);
    }
    expect(ofKind(records, 'update').map(({ step }) => step)).toEqual([0, 3, 6, 9]);
    const timing = readJsonl<TimingRecord>(trainPath(context.run, 'timing.jsonl'));
    expect(timing.map(({ tensorBytes = 0 }) => tensorBytes > 0)).toEqual(
      timing.map(({ step }) => step % 3 === 0),
    );
    const tags = new Set(readRun(context.run.path(...TRAIN_EVENTS)).map(({ tag }) => tag));
    for (const tag of [
      ...['band/q05/layer_001', 'band/q95/layer_001', 'gamma1/layer_001/head_1'],
      ...['extremes/logit', 'updateRatio/layer_002', 'memory/residentBytes'],
    ]) {
      expect(tags).toContain(tag);
    }
  });

  it('trains with tied embeddings and fixed gains, and reads the model back', async () => {
    const config = smallConfig({ model: { tiedEmbeddings: true, trainGains: false } });
    const context = contextOf(config);
    await runTrain(context);
    const network = await readTrainedModel(context.run);
    const names = network.model.trainableWeights.map(({ originalName }) => originalName);
    expect(names.filter((name) => /gamma|readout/.test(name))).toEqual(['readout/bias']);
    const records = ofKind(readTrainRecords(context.run), 'layer');
    expect(records.at(-1)!.gamma1).toEqual([1, 1]);
    const { training } = await textOf(config);
    const { batch } = config.train;
    const held = { text: training.validation, batch, count: 8, seed: config.seed };
    const { validationLoss } = readTrainSummary(context.run);
    expect(lossOf(network, validationBatches(held))).toBe(validationLoss);
    network.model.dispose();
  });

  it.each<[object, string[]]>([
    [{ centring: false }, ['gamma1']],
    [{ identity: false }, ['gamma2']],
    [{ identity: false, centring: false }, []],
    [{ activation: 'relu' }, ['gamma1', 'gamma2']],
    [{ activation: 'softplus', a: 0.5 }, ['gamma1', 'gamma2']],
    [{ gamma1: 0.5, gamma2: 0.5 }, ['gamma1', 'gamma2']],
  ])('trains another network with %j, whose band is the exact chain’s', async (model, gains) => {
    const [plain, context] = [{}, model].map((own) => contextOf(smallConfig({ model: own })));
    await runTrain(plain);
    await runTrain(context);
    const [shaped, own] = [plain, context].map(({ run }) => readTrainSummary(run));
    expect(own.firstValidationLoss).not.toBe(shaped.firstValidationLoss);
    expect(own.validationLoss).not.toBe(shaped.validationLoss);
    const layers = ofKind(readTrainRecords(context.run), 'layer').filter(({ layer }) => layer > 0);
    for (const record of layers) {
      expect(['gamma1', 'gamma2'].filter((gain) => gain in record)).toEqual(gains);
      expect(record.metrics.attentionEntropy).toBeTypeOf('number');
    }
    expect(layers.at(-1)!.step).toBe(6);
    expect(readInitialBand(context.run)?.theory).toBe('chain');
    const tags = readRun(context.run.path(...TRAIN_EVENTS)).map(({ tag }) => tag);
    expect(['gamma1', 'gamma2'].filter((gain) => tags.includes(`gains/${gain}`))).toEqual(gains);
    const network = await readTrainedModel(context.run);
    expect(network.model.countParams()).toBe(own.parameters);
    network.model.dispose();
  });

  it('stops at a non-finite number, says where, and keeps the metrics so far', async () => {
    const context = contextOf(smallConfig({ learningRate: 1e30, warmup: 0 }));
    await expect(runTrain(context)).rejects.toThrow(
      /Training stopped at step 1: (embedding|layer \d of 2|final_norm|readout): .+ is not finite/,
    );
    expect(hasTraining(context.run)).toBe(false);
    expect(existsSync(context.run.path('train', 'model'))).toBe(false);
    expect(ofKind(readTrainRecords(context.run), 'train').map(({ step }) => step)).toEqual([0]);
  });

  it('saves the weights that it validated', async () => {
    const context = contextOf(smallConfig());
    await runTrain(context);
    const network = await readTrainedModel(context.run);
    expect(network.blocks).toHaveLength(2);
    expect(network.model.countParams()).toBe(readTrainSummary(context.run).parameters);
    network.model.dispose();
  });
});
