import { expect, test } from 'vitest';
import { batchSize } from './batch-size.js';

const needs = {
  ...{ paths: 1e6, pathBytes: 1024, pathWork: 1000, workATurn: 1e6, lanes: 8, workers: 0 },
};

test('a batch takes one turn of work, in whole groups of lanes', () => {
  expect(batchSize(needs)).toBe(1000);
  expect(batchSize({ ...needs, pathWork: 1001 })).toBe(992);
});

test('a batch of large records is a few megabytes', () => {
  expect(batchSize({ ...needs, pathBytes: 2 ** 16 })).toBe(64);
});

test('a path heavier than a turn still goes with its group', () => {
  expect(batchSize({ ...needs, pathWork: 1e9 })).toBe(8);
  expect(batchSize({ ...needs, pathWork: 1e9, lanes: 1 })).toBe(1);
});

test('every worker gets several batches, and no batch more paths than there are', () => {
  expect(batchSize({ ...needs, paths: 640, workers: 2 })).toBe(80);
  expect(batchSize({ ...needs, paths: 100, workers: 2 })).toBe(16);
  expect(batchSize({ ...needs, paths: 5, workers: 2 })).toBe(5);
});

test('workers get equally many batches of nearly one size', () => {
  // 19 batches of 216 would leave one of two workers waiting for the last.
  const size = batchSize({ ...needs, paths: 4096, pathWork: 1e6 / 216, lanes: 4, workers: 2 });
  expect([size, Math.ceil(4096 / size)]).toEqual([208, 20]);
});
