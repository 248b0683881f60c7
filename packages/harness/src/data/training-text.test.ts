import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { configSchema } from '../config/schema.js';
import { EXIT, Failure } from '../failure.js';
import { loadText, type Text } from './load-text.js';
import { IGNORED } from './batch.js';
import { trainBatch } from './train-batches.js';
import { trainingText } from './training-text.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shaped-training-text-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

/** Forty documents of 3 to 42 letters. */
function manyDocuments(): Promise<Text> {
  const path = join(folder, 'many');
  mkdirSync(path);
  for (let i = 0; i < 40; i++) {
    writeFileSync(join(path, `${i}.txt`), String.fromCharCode(65 + (i % 26)).repeat(i + 3));
  }
  return loadText(configSchema.parse({ data: { corpus: path, tokenizer: 'bytes' } }));
}

function oneDocument(length: number): Promise<Text> {
  const path = join(folder, 'one.txt');
  writeFileSync(
    path,
    Array.from({ length }, (_, i) => String.fromCharCode(65 + (i % 50))).join(''),
  );
  return loadText(configSchema.parse({ data: { corpus: path, tokenizer: 'bytes' } }));
}

const settings = (changes: object = {}) => configSchema.parse({ train: changes }).train;

describe('trainingText', () => {
  it('splits by documents, none on both sides, about as asked', async () => {
    const text = await manyDocuments();
    const { split, trainTokens, vocabulary } = trainingText(text, settings(), 4);
    expect(split.by).toBe('documents');
    expect(split.trainDocuments + split.validationDocuments).toBe(40);
    expect(trainTokens.length).toBe(split.trainTokens);
    expect(split.trainTokens + split.validationTokens).toBe(text.tokens.length + 40);
    expect(split.validationTokens / text.tokens.length).toBeGreaterThan(0.07);
    expect(split.validationTokens / text.tokens.length).toBeLessThan(0.14);
    expect(vocabulary).toEqual({ ordinary: 256, boundary: 256, size: 257 });
  });

  it('keeps the end of a single document', async () => {
    const text = await oneDocument(500);
    const { split, trainTokens, probe } = trainingText(text, settings(), 6);
    expect(split).toEqual({
      by: 'end',
      ...{ trainDocuments: 1, validationDocuments: 1 },
      ...{ trainTokens: 451, validationTokens: 51 },
    });
    expect(trainTokens.read(0, 450)).toEqual(text.tokens.read(0, 450));
    expect(probe.spread(1)[0]).toEqual(text.tokens.read(450, 457));
  });

  it('refuses a side that is shorter than a sequence and its target', async () => {
    const text = await oneDocument(500);
    const few = settings({ validationFraction: 0.02 });
    expect(trainingText(text, few, 10).split.validationTokens).toBe(11);
    const refusal = (() => {
      try {
        return trainingText(text, few, 11);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(Failure);
    expect(refusal).toMatchObject({
      exitCode: EXIT.usage,
      message: expect.stringContaining('got 491 and 11') as string,
    });
  });

  it('pads short documents, and leaves padding out of what is to be told', async () => {
    const text = await manyDocuments();
    const { train, vocabulary } = trainingText(text, settings({ windows: 'documents' }), 16);
    expect(vocabulary).toEqual({ ordinary: 256, boundary: 256, padding: 257, size: 258 });
    let padded = 0;
    for (let step = 0; step < 50; step++) {
      const { inputs, targets } = trainBatch({ text: train, batch: 1, seed: 0, step });
      const end = inputs.indexOf(257);
      if (end < 0) continue;
      padded++;
      expect([...inputs.subarray(end)]).toEqual(new Array(16 - end).fill(257));
      expect([...targets.subarray(end - 1)]).toEqual(new Array(17 - end).fill(IGNORED));
      expect([inputs[end - 1], targets[end - 2]]).toEqual([256, 256]);
      // One document alone.
      expect(new Set(inputs.subarray(0, end - 1)).size).toBe(1);
    }
    expect(padded).toBeGreaterThan(5);
  });

  it('appends a mask for the masked objective', async () => {
    const text = await manyDocuments();
    const both = settings({ objective: 'masked', windows: 'documents' });
    const { train, vocabulary } = trainingText(text, both, 16);
    expect(vocabulary).toEqual({
      ordinary: 256,
      boundary: 256,
      mask: 257,
      padding: 258,
      size: 259,
    });
    const seen = new Set<number>();
    for (let step = 0; step < 50; step++) {
      const { inputs, targets } = trainBatch({ text: train, batch: 4, seed: 0, step });
      inputs.forEach((id) => seen.add(id));
      targets.forEach((id, i) => {
        expect(id).toBeLessThan(256);
        if (inputs[i] >= 258) expect(id).toBe(IGNORED);
      });
    }
    for (const id of [256, 257, 258]) expect(seen).toContain(id);
  });
});
