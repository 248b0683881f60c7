import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Config } from '../config/index.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../failure.js';
import { BACKENDS, useBackend, type BackendUnderTest } from '../metrics/testing/backends.js';
import { silent } from '../progress/reporter.js';
import { checkpointSteps } from './checkpoint/index.js';
import { readCheckpoint } from './checkpoint/read-checkpoint.js';
import { estimateMemory } from './memory-estimate.js';
import { runTrain } from './run-train.js';
import { contextOf, smallConfig } from './testing/small-training.js';
import { trainingBytes, trainUntil } from './testing/training-bytes.js';
import { checkpointsFolder, readTrainSummary, trainPath } from './train-files.js';

const settings = { steps: 14, checkpointEvery: 4, evaluateEvery: 5, metricsEvery: 7 };

const SGD = { optimizer: 'sgd', schedule: 'linear' } as const;

/** What a training is given, on a backend that is running already. */
function given(config: Config, name: BackendUnderTest): CommandContext {
  const backend = () => Promise.resolve({ name, reason: 'a test', simd: false, notes: [] });
  return { ...contextOf(config), backend };
}

describe.each(BACKENDS)('a training that goes on, on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('ends with the same bytes as one that never stopped', async () => {
    const config = smallConfig(settings);
    const whole = given(config, backend);
    await runTrain(whole);
    const expected = trainingBytes(whole.run);
    expect(Object.keys(expected)).toContain('checkpoints/step_000014/optimizer.safetensors');
    // Before the first checkpoint that is due, between two, at one, and twice in one training.
    for (const stops of [[1], [4], [7, 3]]) {
      const stopped = given(config, backend);
      for (const updates of stops) expect(await trainUntil(stopped, updates)).toBe(true);
      const step = stops.reduce((sum, updates) => sum + updates, 0);
      expect(checkpointSteps(checkpointsFolder(stopped.run)).at(-1)).toBe(step);
      await runTrain(stopped);
      expect(trainingBytes(stopped.run)).toEqual(expected);
      const { seconds: _, tokensPerSecond: _pace, ...summary } = readTrainSummary(stopped.run);
      expect(readTrainSummary(whole.run)).toMatchObject(summary);
    }
  });

  it('hides the same tokens of padded documents as one that never stopped', async () => {
    const config = smallConfig({ ...settings, objective: 'masked', windows: 'documents' });
    const [whole, stopped] = [given(config, backend), given(config, backend)];
    await runTrain(whole);
    for (const updates of [5, 3]) expect(await trainUntil(stopped, updates)).toBe(true);
    await runTrain(stopped);
    expect(trainingBytes(stopped.run)).toEqual(trainingBytes(whole.run));
  });

  it.each<[string, Parameters<typeof smallConfig>[0] & object]>([
    [
      'AdamW with parts of batches and dropout',
      { optimizer: 'adamw', accumulate: 2, dropout: 0.2 },
    ],
    ['SGD with a linear schedule and blocks computed again', { ...SGD, checkpointing: 'on' }],
    [
      'neither identity nor centring, and a plain ReLU',
      { model: { identity: false, centring: false, activation: 'relu' } },
    ],
    [
      'a frozen γ₁ of 0.5 and GELU',
      { model: { gamma1: 0.5, trainGains: false, activation: 'gelu' } },
    ],
    ['a masked model that stops early', { objective: 'masked', patience: 1, learningRate: 1e-5 }],
  ])('does so with %s', async (_, changes) => {
    const config = smallConfig({ ...settings, ...changes });
    const [whole, stopped] = [given(config, backend), given(config, backend)];
    await runTrain(whole);
    await trainUntil(stopped, 3);
    await runTrain(stopped);
    expect(trainingBytes(stopped.run)).toEqual(trainingBytes(whole.run));
    const { steps, stoppedEarly } = readTrainSummary(stopped.run);
    expect(stoppedEarly).toBe(changes.patience !== undefined && steps < settings.steps);
    // Killed between its last checkpoint and its end, it only ends.
    rmSync(stopped.run.path('train', 'summary.json'));
    rmSync(stopped.run.path('train', 'model'), { recursive: true });
    await runTrain(stopped);
    expect(trainingBytes(stopped.run)).toEqual(trainingBytes(whole.run));
  });

  it('leaves no tensor behind', async () => {
    const config = smallConfig(settings);
    const context = given(config, backend);
    await trainUntil(context, 5);
    const { numTensors } = tf.memory();
    await trainUntil(context, 5);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe('a training that goes on', () => {
  beforeAll(() => useBackend('wasm'));
  const given = (config: Config) => contextOf({ ...config, backend: 'wasm' });

  it('says from which step, counts what is left, and warns of what it puts aside', async () => {
    const context = given(smallConfig(settings));
    await trainUntil(context, 6);
    truncateSync(`${checkpointsFolder(context.run)}/step_000006/weights.safetensors`, 99);
    const said: string[] = [];
    const reporter = {
      ...silent,
      line: (text: string) => void said.push(text),
      warn: (text: string) => void said.push(text),
      task: (label: string, total: number) => {
        said.push(`${label} ${total}`);
        return silent.task(label, total);
      },
    };
    await runTrain({ ...context, reporter });
    expect(said).toEqual([
      expect.stringMatching(
        /expected a whole checkpoint, got content that does not match SHA256SUMS in .*step_000006\. It is put aside as step_000006\.damaged, and the one before it is used\.$/,
      ),
      expect.stringMatching(/^Memory: about /),
      'The training goes on from its checkpoint of step 5.',
      'training 9',
    ]);
  });

  it('takes an earlier checkpoint where the records of the last are not all there', async () => {
    const whole = given(smallConfig(settings));
    await runTrain(whole);
    const context = { ...given(whole.config), config: whole.config };
    await trainUntil(context, 6);
    const path = trainPath(context.run, 'metrics.jsonl');
    truncateSync(path, readFileSync(path).length - 1);
    await runTrain(context);
    const ended = trainingBytes(context.run);
    const damaged = Object.keys(ended).filter((name) => name.includes('damaged'));
    expect(damaged).toHaveLength(4);
    for (const name of damaged) delete ended[name];
    expect(ended).toEqual(trainingBytes(whole.run));
  });

  it('cuts off records after the checkpoint, also a half-written one', async () => {
    const whole = given(smallConfig(settings));
    await runTrain(whole);
    const context = { ...given(whole.config), config: whole.config };
    await trainUntil(context, 6);
    appendFileSync(trainPath(context.run, 'metrics.jsonl'), '{"step":6,"kind":"train","lo');
    appendFileSync(trainPath(context.run, 'timing.jsonl'), '{"step":6,"seconds":1}\n{"st');
    await runTrain(context);
    expect(trainingBytes(context.run)).toEqual(trainingBytes(whole.run));
    const timing = readFileSync(trainPath(context.run, 'timing.jsonl'), 'utf8').split('\n');
    expect(timing.slice(0, -1).map((line) => (JSON.parse(line) as { step: number }).step)).toEqual(
      Array.from({ length: settings.steps }, (_, step) => step),
    );
  });

  it('never begins anew where no checkpoint can be used', async () => {
    const context = given(smallConfig(settings));
    await trainUntil(context, 6);
    writeFileSync(trainPath(context.run, 'metrics.jsonl'), '');
    const before = trainingBytes(context.run);
    await expect(runTrain(context)).rejects.toThrow(
      /No checkpoint in .* can be used:\n {2}.*step 6\.\n[^]*remove the folder above it/,
    );
    expect(trainingBytes(context.run)).toEqual(before);
  });

  it('refuses other settings, another text and another backend, and names them', async () => {
    const config = smallConfig(settings);
    const context = given(config);
    await trainUntil(context, 6);
    const changed = (train: Partial<Config['train']>) => ({
      ...context,
      config: { ...config, train: { ...config.train, ...train } },
    });
    const refusal = (message: RegExp) =>
      expect.objectContaining({
        exitCode: EXIT.usage,
        message: expect.stringMatching(message) as string,
      }) as Error;
    await expect(runTrain(changed({ steps: 20 }))).rejects.toEqual(
      refusal(/train\.steps 14 → 20, learningRate /),
    );
    await expect(runTrain(changed({ batch: 5 }))).rejects.toEqual(refusal(/train\.batch 4 → 5/));
    const other = async () => ({ ...(await context.backend()), name: 'cpu' as const });
    await expect(runTrain({ ...context, backend: other })).rejects.toEqual(
      refusal(/backend "wasm" → "cpu"/),
    );
    writeFileSync(config.data.corpus, 'Another text. '.repeat(300));
    const reread = { ...config, data: { ...config.data } };
    await expect(runTrain({ ...context, config: reread })).rejects.toEqual(
      refusal(/text\.sha256 .* → .*, text\.tokens/),
    );
  });

  it('computes blocks again as it did before, however much memory is free by now', async () => {
    const config = smallConfig({ ...settings, model: { depth: 6 } });
    const ample = given(config);
    await runTrain(ample);
    const { arch, vocabulary } = readTrainSummary(ample.run);
    const size = { arch, vocabulary, positions: true, batch: config.train.batch };
    const [plain, again] = [false, true].map((each) => estimateMemory(size, 'wasm', each));
    expect(again).toBeLessThan(plain);
    const scarce = given(config);
    const memory = vi.spyOn(process, 'availableMemory').mockReturnValue((plain + again) / 2);
    await trainUntil(scarce, 6);
    memory.mockRestore();
    await runTrain(scarce);
    const ofRuns = [ample, scarce].map(({ run }) => {
      const folder = join(checkpointsFolder(run), 'step_000014');
      return readCheckpoint(folder).record.checkpointing;
    });
    expect(ofRuns).toEqual([false, true]);
  });

  it('may keep more or fewer checkpoints', async () => {
    const config = smallConfig(settings);
    const context = given(config);
    await trainUntil(context, 6);
    const train = { ...config.train, checkpointEvery: 1, keepCheckpoints: 5 };
    await runTrain({ ...context, config: { ...config, train } });
    expect(checkpointSteps(checkpointsFolder(context.run)).slice(-5)).toEqual([10, 11, 12, 13, 14]);
  });

  it.each([
    ['a weight', 'readout/bias', 1, /step 6: readout: weight bias is not finite/],
    // Of a byte that is not in the text: no loss feels it, but a checkpoint would hold it.
    ['a weight that no batch meets', 'token/kernel', 0, /step 8: embedding: weight token\/kernel/],
  ])(
    'keeps the last checkpoint when %s is NaN, and goes on later',
    async (_, name, index, said) => {
      const whole = given(smallConfig(settings));
      await runTrain(whole);
      const context = { ...given(whole.config), config: whole.config };
      let done = 0;
      const advance = () => void (++done === 6 && poison(name, index));
      const reporter = { ...silent, task: () => ({ advance, done: () => undefined }) };
      const failing = runTrain({ ...context, reporter });
      await expect(failing).rejects.toThrow(said);
      await expect(failing).rejects.toThrow(/The checkpoint of step 5 is kept in .*checkpoints\.$/);
      await expect(failing).rejects.toMatchObject({ exitCode: EXIT.failed });
      await runTrain(context);
      expect(trainingBytes(context.run)).toEqual(trainingBytes(whole.run));
    },
  );
});

/** Puts NaN into an entry of every weight of this name. */
function poison(name: string, index: number): void {
  for (const variable of Object.values(tf.engine().state.registeredVariables)) {
    if (!variable.name.replace(/_\d+$/, '').endsWith(name)) continue;
    const values = variable.dataSync<'float32'>().slice();
    values[index] = NaN;
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}
