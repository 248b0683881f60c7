import { expect, it } from 'vitest';
import { readRun } from '../tensorboard/index.js';
import { temporaryFolder } from './testing/small-training.js';
import { TrainBoard } from './train-board.js';

it('leaves out a number that float32 cannot hold, and keeps the others', () => {
  const folder = temporaryFolder();
  const board = new TrainBoard(folder, {
    ...{ depth: 100, heads: 1, gains: [], unigramLoss: 3, bands: new Map() },
  });
  board.validation({ step: 0, kind: 'validation', loss: 100, perplexity: Math.exp(100) });
  board.validation({ step: 5, kind: 'validation', loss: 4, perplexity: Math.exp(4) });
  board.close();
  const steps = (tag: string) =>
    readRun(folder)
      .filter((value) => value.tag === tag)
      .map(({ step }) => step);
  expect(steps('validation/loss')).toEqual([0, 5]);
  expect(steps('validation/unigramLoss')).toEqual([0, 5]);
  expect(steps('validation/perplexity')).toEqual([5]);
});
