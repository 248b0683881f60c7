import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { trainingHashes } from '../crash/kill-training.ts';
import { sets, TINY } from '../support/config.ts';
import { expectReadableOutput } from '../support/messages.ts';
import { ROOT } from '../support/repository.ts';
import { damagedFiles, jsonl } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import { shaped, startShaped, type Ended } from '../support/shaped.ts';

const at = scratch();

/** Two slices of eight sequences; a thread is there after about a fourth of the steps. */
const SETTINGS = {
  'data.tokenizer': 'bytes',
  'train.batch': 16,
  'train.steps': 60,
  'train.checkpointEvery': 10,
  'train.dropout': 0.1,
  'train.model': { tokens: 64, width: 64, depth: 2, heads: 2 },
  'train.metrics.band': false,
};

const PRELOAD = `--import=${pathToFileURL(`${ROOT}test/training/watch-threads.mjs`).href}`;
const TAKES_PART = /^a thread takes part$/m;

/** `shaped train` into a run directory, with so many threads. */
const argumentsOf = (run: string, workers: number, changes: Record<string, unknown> = {}) => [
  ...['train', run, '-c', TINY, '--backend', 'wasm', '--workers', String(workers)],
  ...sets({ ...SETTINGS, ...changes }),
];

const watched = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  shaped(args, { env: { NODE_OPTIONS: PRELOAD, ...env } });

async function expectDone(ended: Promise<Ended>): Promise<Ended> {
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(0);
  return ended;
}

let whole: Record<string, string>;

describe('a training on wasm', () => {
  test('has the same bytes with one thread and with two', async () => {
    const alone = await expectDone(watched(argumentsOf(at('alone'), 0)));
    expect(alone.stderr).not.toMatch(TAKES_PART);
    expect(alone.stderr).not.toContain('Threads:');
    whole = trainingHashes(at('alone'));
    const two = await expectDone(watched(argumentsOf(at('two'), 2)));
    expect(two.stderr).toMatch(/^Threads: 2, about \d+ MiB for each but the first\.$/m);
    expect(two.stderr).toMatch(TAKES_PART);
    expect(two.stderr).toMatch(/^a thread ends$/m);
    expect(trainingHashes(at('two'))).toEqual(whole);
  });

  test('that is interrupted with two threads goes on with one to the same bytes', async () => {
    const run = at('interrupted');
    const started = startShaped(argumentsOf(run, 2), { env: { NODE_OPTIONS: PRELOAD } });
    await started.says(TAKES_PART);
    started.process.kill('SIGINT');
    const interrupted = await started.ended;
    expect(interrupted.code, interrupted.stderr).toBe(130);
    expectReadableOutput(interrupted);
    expect(damagedFiles(run)).toEqual([]);
    await expectDone(shaped(['train', run, '--resume', '--workers', '0']));
    expect(trainingHashes(run)).toEqual(whole);
  });

  test.each([
    ['between two steps', { END_AFTER: '12' }],
    ['while the other waits for it', { EXIT_AT: '12' }],
  ])('ends when a thread of it ends %s, and goes on from its checkpoint', async (when, env) => {
    const run = at(`ended ${when}`);
    const ended = await watched(argumentsOf(run, 2), env);
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toMatch(
      /train: expected a thread that computes its part of the batch, got one that ended \(.+\)\. Go on with --resume; --workers 0 computes all in one thread\. The checkpoint of step \d+ is kept in/,
    );
    expectReadableOutput(ended);
    await expectDone(shaped(['train', run, '--resume', '--workers', '2']));
    expect(trainingHashes(run)).toEqual(whole);
  });

  test('names what is not finite, whichever thread computed it', async () => {
    const run = at('diverged');
    const wild = { 'train.learningRate': 1e20, 'train.warmup': 30, 'train.clip': 0 };
    const failed = await watched(argumentsOf(run, 2, wild));
    expect(failed.code, failed.stderr).toBe(1);
    expect(failed.stderr).toMatch(/Training stopped at step \d+: .+ is not finite\. Lower train\./);
  });

  test('holds no more memory after many steps than after a few', async () => {
    const run = at('memory');
    const steps = 240;
    const changes = {
      ...{ 'train.steps': steps, 'train.metricsEvery': 5, 'train.dropout': 0 },
      ...{ 'train.metrics.layers': false, 'train.checkpointEvery': steps },
      'train.model': { tokens: 64, width: 64, depth: 1, heads: 1 },
    };
    await expectDone(watched(argumentsOf(run, 2, changes)));
    const resident = jsonl<{ step: number; residentBytes?: number }>(
      `${run}/train/timing.jsonl`,
    ).flatMap(({ step, residentBytes }) => (step >= steps / 3 ? (residentBytes ?? []) : []));
    const half = resident.length / 2;
    const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const grown = mean(resident.slice(half)) - mean(resident.slice(0, half));
    // What activations of a block, one tensor of a slice, add when they stay after every step.
    const leak = (steps / 3) * 8 * 64 * 64 * Float32Array.BYTES_PER_ELEMENT;
    expect(grown).toBeLessThan(leak);
  });
});
