import * as tf from '@tensorflow/tfjs-core';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { selectBackend } from '../../backend/index.js';
import type { compileStep } from '../../capture/index.js';
import type { Config } from '../../config/index.js';
import { countTargets, IGNORED, trainBatch } from '../../data/index.js';
import { BACKENDS, useBackend } from '../../metrics/testing/backends.js';
import { gradientsOf, lossOf } from '../gradients.js';
import { runTrain } from '../run-train.js';
import {
  contextOf,
  networkOf,
  smallConfig,
  temporaryFolder,
  textOf,
} from '../testing/small-training.js';
import { readTrainedModel, readTrainRecords, readTrainSummary, trainPath } from '../train-files.js';
import { Trainer } from '../trainer.js';
import { fillHidden } from './fill-hidden.js';

beforeAll(() => selectBackend('wasm'));

/** A float32 sum in another order. */
const ROUNDING = 1e-5;

/** A text in which every letter follows from any other whose place is known. */
function masked(changes: Partial<Config['train']> = {}): Config {
  const corpus = join(temporaryFolder(), 'order.txt');
  writeFileSync(corpus, 'abcde'.repeat(400));
  const config = smallConfig({ objective: 'masked', ...changes });
  return { ...config, data: { ...config.data, corpus } };
}

/** Many short documents of one letter each, of which most are shorter than a sequence. */
function letters(changes: Partial<Config['train']> = {}): Config {
  const corpus = join(temporaryFolder(), 'letters');
  mkdirSync(corpus);
  for (let i = 0; i < 60; i++) {
    const text = String.fromCharCode(97 + (i % 20)).repeat(2 + (i % 9));
    writeFileSync(join(corpus, `${i}.txt`), text);
  }
  const config = smallConfig({ windows: 'documents', validationFraction: 0.3, ...changes });
  return { ...config, data: { ...config.data, corpus } };
}

describe('runTrain with the masked objective', () => {
  it('learns from both sides: the loss falls far below the unigram loss', async () => {
    const context = contextOf(masked({ steps: 150, batch: 16, learningRate: 0.02 }));
    await runTrain(context);
    const summary = readTrainSummary(context.run);
    expect(summary.arch.mask).toBe('full');
    expect(summary.objective).toBe('masked');
    expect(summary.vocabulary).toBe(258);
    expect(summary.firstValidationLoss).toBeGreaterThan(summary.unigramLoss - 0.2);
    expect(summary.validationLoss).toBeLessThan(summary.unigramLoss / 2);
    expect(summary.perplexity).toBeCloseTo(Math.exp(summary.validationLoss), 9);
    expect(summary.sample.prompt).toContain('[MASK]');
    expect(summary.sample.continuation).not.toContain('[MASK]');
    expect(summary.corpus).toMatchObject({ documents: 1, by: 'end' });
    expect(summary.corpus.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives the same bytes of metrics for the same seed and others for another', async () => {
    const metricsOf = async (config: Config) => {
      const context = contextOf(config);
      await runTrain(context);
      return readFileSync(trainPath(context.run, 'metrics.jsonl'), 'utf8');
    };
    const config = masked();
    const first = await metricsOf(config);
    expect(await metricsOf(config)).toBe(first);
    expect(await metricsOf({ ...config, seed: 1 })).not.toBe(first);
  });

  it.each(['causal', 'masked'] as const)('trains on padded documents, %s', async (objective) => {
    const config = letters({ objective, steps: 120, batch: 16, learningRate: 0.02 });
    const context = contextOf(config);
    await runTrain(context);
    const summary = readTrainSummary(context.run);
    expect(summary.corpus).toMatchObject({ documents: 60, by: 'documents' });
    expect(summary.vocabulary).toBe(objective === 'masked' ? 259 : 258);
    // In a document all letters are the same.
    expect(summary.validationLoss).toBeLessThan(0.6 * summary.unigramLoss);
    const records = readTrainRecords(context.run);
    expect(records.filter(({ kind }) => kind === 'layer').length).toBeGreaterThan(0);
    const network = await readTrainedModel(context.run);
    expect(network.embedding.padding).toBe(summary.vocabulary - 1);
    network.model.dispose();
  });
});

describe('the loss of padded batches', () => {
  it('does not depend on what stands in the padding', async () => {
    const config = letters({ objective: 'masked' });
    const { training, text } = await textOf(config);
    const { size, padding } = training.vocabulary;
    const network = networkOf(config, size, padding);
    const batch = Array.from({ length: 20 }, (_, step) =>
      trainBatch({ text, batch: 4, seed: 0, step }),
    ).find(({ inputs }) => inputs.includes(padding!))!;
    const { loss, tensors } = gradientsOf(network, batch);
    const row = tf.slice(
      tensors[(network.embedding.weights[0].read() as tf.Variable).name],
      [padding!, 0],
      [1, 16],
    );
    expect(Math.max(...row.dataSync<'float32'>().map(Math.abs))).toBe(0);
    tf.dispose([row, tensors]);
    const weight = network.embedding.weights[0];
    const noise = tf.tidy(() => {
      const table = weight.read();
      const rows = tf.cast(tf.oneHot(tf.fill([1], padding!, 'int32'), size), 'float32');
      return tf.add(table, tf.mul(tf.transpose(rows), tf.ones([1, 16])));
    });
    weight.write(noise);
    expect(lossOf(network, [batch])).toBe(loss);
  });

  it('is that of the whole batch when it is computed in parts', async () => {
    const config = letters();
    const { training, text } = await textOf(config);
    const { size, padding } = training.vocabulary;
    const batch = trainBatch({ text, batch: 4, seed: 0, step: 3 });
    const counts = [0, 1, 2, 3].map((b) =>
      batch.targets.subarray(8 * b, 8 * b + 8).reduce((n, id) => n + Number(id !== IGNORED), 0),
    );
    expect(new Set(counts).size).toBeGreaterThan(1); // or any weights would do
    const [whole, parts] = [1, 4].map((accumulate) => {
      const network = networkOf(config, size, padding);
      const trainer = new Trainer(network, { settings: { ...config.train, accumulate } });
      onTestFinished(() => trainer.dispose());
      return trainer.step(batch, 0.01);
    });
    expect(Math.abs(parts.loss / whole.loss - 1)).toBeLessThan(ROUNDING);
    expect(Math.abs(parts.norm / whole.norm - 1)).toBeLessThan(ROUNDING);
  });

  it('weights batches by what is to be told in them', async () => {
    const config = letters({ objective: 'masked' });
    const { training, validation } = await textOf(config);
    const { size, padding } = training.vocabulary;
    const network = networkOf(config, size, padding);
    const [sum, count] = validation.reduce(
      ([total, targets], batch) => {
        const own = countTargets(batch);
        return [total + own * lossOf(network, [batch]), targets + own];
      },
      [0, 0],
    );
    expect(lossOf(network, validation)).toBeCloseTo(sum / count, 12);
  });
});

const hasNative = BACKENDS.some((name) => name === 'tensorflow');

describe.skipIf(!hasNative)('a padded batch on native TensorFlow', () => {
  it('trains alike as a captured graph and op by op', async () => {
    await useBackend('tensorflow');
    const warnings: string[] = [];
    const reporter = { line: () => undefined, warn: (text: string) => void warnings.push(text) };
    const config = letters({ objective: 'masked' });
    const { training, text } = await textOf(config);
    const { size, padding } = training.vocabulary;
    const [network, twin] = [0, 1].map(() => networkOf(config, size, padding));
    const settings = config.train;
    const captured = new Trainer(network, { settings, reporter });
    const compile: typeof compileStep = (step) => Object.assign(step, { dispose: () => 0 });
    const eager = new Trainer(twin, { settings, reporter, compile });
    for (let step = 0; step < 8; step++) {
      const batch = trainBatch({ text, batch: 4, seed: 0, step });
      const [a, b] = [captured, eager].map((trainer) => trainer.step(batch, 0.01));
      expect(Math.abs(a.loss / b.loss - 1)).toBeLessThan(ROUNDING);
    }
    expect(warnings).toEqual([]);
    captured.dispose();
    eager.dispose();
    await selectBackend('wasm');
  });
});

describe('fillHidden', () => {
  it('replaces what is to be told by the likeliest token, and nothing else', async () => {
    const config = masked();
    const network = networkOf(config, 258);
    const { validation } = await textOf(config);
    const [{ inputs, targets }] = validation;
    const bias = network.head[1].weights[1];
    const loud = new Float32Array(258);
    loud[90] = 50;
    bias.write(tf.tensor1d(loud));
    const filled = fillHidden(network, { inputs, targets }, []);
    filled.forEach((id, i) => expect(id).toBe(targets[i] === IGNORED ? inputs[i] : 90));
    const without = fillHidden(network, { inputs, targets }, [90]);
    expect(without).not.toContain(90);
  });
});
