import { rmSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXIT, Failure } from '../failure.js';
import { useBackend } from '../metrics/testing/backends.js';
import { silent } from '../progress/reporter.js';
import { readTrainRecords, readTrainedModel } from './train-files.js';
import { runTrain } from './run-train.js';
import { contextOf, smallConfig } from './testing/small-training.js';
import { trainingBytes } from './testing/training-bytes.js';

/**
 * A disk that fails at its n-th change. `killed`: a write goes half through, and nothing reaches the
 * disk any more, as when the process is killed there. Otherwise a code with which that change and
 * every later one but a removal is refused, a write after its first half.
 */
const disk = vi.hoisted(() => ({ fault: 'killed', at: Infinity, changes: 0 }));

vi.mock('node:fs', async (original) => {
  const changes = [
    ...['openSync', 'writeSync', 'fsyncSync', 'ftruncateSync', 'mkdirSync', 'renameSync'],
    ...['rmSync', 'symlinkSync'],
  ];
  const real = await original<Record<string, (...args: unknown[]) => unknown>>();
  const faulty =
    (name: string) =>
    (...args: unknown[]) => {
      const isRead = name === 'openSync' && args[1] === 'r';
      const isSpared = isRead || (name === 'rmSync' && disk.fault !== 'killed');
      if (!isSpared) disk.changes++;
      if (disk.changes < disk.at || (isSpared && disk.fault !== 'killed'))
        return real[name](...args);
      if (name === 'writeSync' && disk.changes === disk.at) {
        const [file, bytes, at, length, position] = args as [
          number,
          Buffer,
          number,
          number,
          number,
        ];
        real['writeSync'](file, bytes, at, length >> 1, position);
      }
      throw Object.assign(new Error(disk.fault), { code: disk.fault });
    };
  return { ...real, ...Object.fromEntries(changes.map((name) => [name, faulty(name)])) };
});

const config = () =>
  smallConfig({
    ...{ steps: 5, batch: 2, checkpointEvery: 2, keepCheckpoints: 1 },
    ...{ evaluateEvery: 3, metricsEvery: 5, model: { width: 8, heads: 1, depth: 1 } },
  });

beforeAll(() => useBackend('wasm'));
afterEach(() => void Object.assign(disk, { at: Infinity }));

/** Trains while the disk fails at a change; returns what that ended with. */
async function trainWithFault(
  context: ReturnType<typeof contextOf>,
  at: number,
  fault: string,
): Promise<unknown> {
  Object.assign(disk, { changes: 0, at, fault });
  try {
    await runTrain(context);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    disk.at = Infinity;
  }
}

// Every so manyth change fails in turn, by primes so that each kind of change has its turns.
describe.each([
  ['killed', 7],
  ['ENOSPC', 13],
  ['EACCES', 29],
])('a disk that fails with %s at any change', (fault, stride) => {
  it('leaves a training that goes on to the same bytes', async () => {
    const whole = contextOf(config());
    Object.assign(disk, { changes: 0, at: Infinity, fault });
    await runTrain(whole);
    const { changes } = disk;
    const expected = trainingBytes(whole.run);
    expect(changes).toBeGreaterThan(60);
    for (let at = 1; at <= changes; at += stride) {
      const context = contextOf(whole.config);
      const error = await trainWithFault(context, at, fault);
      expect(error, `${fault} at ${at}`).toBeInstanceOf(Error);
      if (fault !== 'killed') {
        expect(error).toBeInstanceOf(Failure);
        expect((error as Failure).exitCode).toBe(EXIT.failed);
        expect((error as Failure).message).toMatch(new RegExp(`${fault}\\)?\\. .*(full|ermi)`));
      }
      await runTrain(context);
      expect(trainingBytes(context.run), `${fault} at ${at}`).toEqual(expected);
    }
  });
});

describe('a run directory that is removed while the training runs', () => {
  it('ends the training in the same step, and does not come back', async () => {
    const context = contextOf(config());
    let done = 0;
    const advance = () => {
      if (++done === 3) rmSync(context.run.root, { recursive: true });
    };
    const reporter = { ...silent, task: () => ({ advance, done: () => undefined }) };
    await expect(runTrain({ ...context, reporter })).rejects.toThrow(
      /Cannot write .*metrics\.jsonl \(removed while the training ran\)/,
    );
    expect(done).toBe(3);
    expect(context.run.has()).toBe(false);
  });
});

describe('a disk that is full', () => {
  it('keeps the last checkpoint, says so, and leaves what can be read', async () => {
    const context = contextOf(config());
    const whole = contextOf(context.config);
    Object.assign(disk, { changes: 0, at: Infinity, fault: 'ENOSPC' });
    await runTrain(whole);
    const error = await trainWithFault(context, Math.floor(disk.changes * 0.7), 'ENOSPC');
    expect((error as Failure).message).toMatch(
      /ENOSPC.* The checkpoint of step \d is kept in .*checkpoints\.$/,
    );
    expect(readTrainRecords(context.run).length).toBeGreaterThan(0);
    await runTrain(context);
    const network = await readTrainedModel(context.run);
    expect(network.blocks).toHaveLength(1);
    network.model.dispose();
  });
});
