import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { keyFromSeed, Stream } from '@shaped/random';
import { describe, expect, it } from 'vitest';
import { smallConfig, temporaryFolder } from '../testing/small-training.js';
import {
  CHECKPOINT_FILES,
  CHECKPOINT_FORMAT,
  checkpointName,
  CHECKSUMS,
  type Checkpoint,
} from './checkpoint.js';
import { CheckpointFolder, checkpointSteps } from './checkpoint-folder.js';

const FILES = [...CHECKPOINT_FILES, CHECKSUMS];

function checkpoint(step: number, validationLoss: number | null = null): Checkpoint {
  const data = Float32Array.from({ length: 6 }, (_, i) => step + i / 7);
  return {
    record: {
      ...{ format: CHECKPOINT_FORMAT, step, updates: step, learningRate: 0.01, validationLoss },
      ...{ checkpointing: false },
      metrics: { bytes: step, sha256: 'of the records' },
      config: smallConfig(),
      corpus: { name: 'text', sha256: 'of the text', tokens: 100 },
      backend: { name: 'cpu' },
      versions: { shaped: '0', node: '20', tfjs: '4' },
    },
    weights: new Map([['layer_0/kernel', { shape: [2, 3], data }]]),
    optimizer: {
      updates: step,
      tensors: new Map([['first_moment/layer_0/kernel', { shape: [6], data: data.slice() }]]),
    },
  };
}

const usable = () => undefined;

/** A folder with the given checkpoints, of which all are kept. */
function folderWith(...steps: number[]): string {
  const path = join(temporaryFolder(), 'checkpoints');
  const folder = new CheckpointFolder(path, steps.length);
  folder.open();
  for (const step of steps) folder.save(checkpoint(step));
  return path;
}

describe('CheckpointFolder', () => {
  it('gives back what was saved last, bit by bit', () => {
    const path = folderWith(100, 200);
    const saved = checkpoint(200);
    const { config: _, ...record } = saved.record;
    const read = new CheckpointFolder(path, 2).newest(usable, () => undefined)!;
    expect(read).toMatchObject({ ...saved, record });
    expect(readdirSync(path).sort()).toEqual(['step_000100', 'step_000200']);
    expect(new CheckpointFolder(join(path, 'none'), 2).newest(usable, () => undefined)).toBe(
      undefined,
    );
  });

  it('writes the same bytes for the same checkpoint', () => {
    const given = checkpoint(3);
    const [a, b] = [1, 2].map(() => {
      const folder = new CheckpointFolder(join(temporaryFolder(), 'checkpoints'), 1);
      folder.open();
      folder.save(given);
      return FILES.map((name) => readFileSync(join(folder.path, 'step_000003', name)));
    });
    expect(a).toEqual(b);
  });

  it('keeps the last ones and the first with the lowest validation loss', () => {
    const folder = new CheckpointFolder(join(temporaryFolder(), 'checkpoints'), 2);
    folder.open();
    const seen: [number[], string][] = [];
    const losses = [3, 2, null, 2.5, 2, 1.5];
    losses.forEach((loss, i) => {
      folder.save(checkpoint(10 * (i + 1), loss));
      seen.push([checkpointSteps(folder.path), readlinkSync(join(folder.path, 'best'))]);
    });
    expect(seen).toEqual([
      [[10], 'step_000010'],
      [[10, 20], 'step_000020'],
      [[20, 30], 'step_000020'],
      [[20, 30, 40], 'step_000020'],
      [[20, 40, 50], 'step_000020'],
      [[50, 60], 'step_000060'],
    ]);
    expect(folder.lowestLoss).toBe(1.5);
    const again = new CheckpointFolder(folder.path, 1);
    expect(again.newest(usable, () => undefined)!.record.step).toBe(60);
    expect([again.lowestLoss, checkpointSteps(folder.path)]).toEqual([1.5, [60]]);
  });

  it('replaces a checkpoint of the same step, and clears what a kill left half-made', () => {
    const path = folderWith(5);
    for (const name of ['.step_000006.tmp', '.step_000005.old']) {
      mkdirSync(join(path, name));
      writeFileSync(join(path, name, 'weights.safetensors'), 'half');
    }
    writeFileSync(join(path, 'notes.txt'), 'of the user');
    const folder = new CheckpointFolder(path, 1);
    folder.open();
    folder.save(checkpoint(5, 0.5));
    expect(folder.newest(usable, () => undefined)!.record.validationLoss).toBe(0.5);
    expect(readdirSync(path).sort()).toEqual(['best', 'notes.txt', 'step_000005']);
  });

  it('passes over whole checkpoints that are refused, but not over all of them', () => {
    const path = folderWith(1, 2, 3);
    const warnings: string[] = [];
    const refusal = ({ record }: Checkpoint) => (record.step > 1 ? 'No.' : undefined);
    const folder = new CheckpointFolder(path, 3);
    expect(folder.newest(refusal, (text) => warnings.push(text))!.record.step).toBe(1);
    expect(warnings).toEqual([
      'No. It is put aside as step_000003.damaged, and the one before it is used.',
      'No. It is put aside as step_000002.damaged, and the one before it is used.',
    ]);
    expect(() => new CheckpointFolder(path, 3).newest(() => 'No.', usable)).toThrow(
      /No checkpoint in .* can be used:\n {2}No\.\n/,
    );
    expect(checkpointSteps(path)).toEqual([1]);
  });
});

/** What a damaged checkpoint is replaced by: the one before it, with a warning. */
function expectDetected(damage: (path: string) => void, what: string): void {
  const path = folderWith(100, 200);
  damage(join(path, checkpointName(200)));
  const warnings: string[] = [];
  const found = new CheckpointFolder(path, 2).newest(usable, (text) => warnings.push(text));
  expect(found!.record.step, what).toBe(100);
  expect(warnings, what).toHaveLength(1);
  expect(readdirSync(path), what).toContain('step_000200.damaged');
}

describe('a damaged checkpoint is detected and the one before it used', () => {
  it.each(FILES)('with %s cut off anywhere', (name) => {
    const bytes = readFileSync(join(folderWith(200), checkpointName(200), name));
    const { length } = bytes;
    for (const end of [0, 1, 7, 8, 9, length >> 2, length >> 1, length - 4, length - 1]) {
      expectDetected(
        (path) => writeFileSync(join(path, name), bytes.subarray(0, end)),
        `${name} cut to ${end}`,
      );
    }
  });

  it.each(FILES)('with any bit of %s flipped', (name) => {
    const stream = new Stream(keyFromSeed(1), FILES.indexOf(name));
    const bytes = readFileSync(join(folderWith(200), checkpointName(200), name));
    for (let i = 0; i < 40; i++) {
      const [at, bit] = [stream.integer(bytes.length), stream.integer(8)];
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1 << bit;
      expectDetected(
        (path) => writeFileSync(join(path, name), flipped),
        `${name}: bit ${bit} of byte ${at}`,
      );
    }
  });

  it.each(FILES)('without %s', (name) => {
    expectDetected((path) => rmSync(join(path, name)), name);
  });

  it.each(FILES)('with more at the end of %s', (name) => {
    expectDetected((path) => writeFileSync(join(path, name), '\n', { flag: 'a' }), name);
  });

  it.each(FILES)('with the %s of another checkpoint', (name) => {
    expectDetected((path) => {
      copyFileSync(join(path, '..', checkpointName(100), name), join(path, name));
    }, name);
  });

  it('with two of its files swapped', () => {
    expectDetected((path) => {
      const [a, b] = ['weights', 'optimizer'].map((name) => join(path, `${name}.safetensors`));
      renameSync(a, `${a}.aside`);
      renameSync(b, a);
      renameSync(`${a}.aside`, b);
    }, 'swapped');
  });

  it('with all files of another checkpoint', () => {
    expectDetected((path) => {
      rmSync(path, { recursive: true });
      cpSync(join(path, '..', checkpointName(100)), path, { recursive: true });
    }, 'another');
  });

  it('that is an empty folder, or a file', () => {
    for (const make of [mkdirSync, (path: string) => writeFileSync(path, 'a file')]) {
      expectDetected((path) => {
        rmSync(path, { recursive: true });
        make(path);
      }, String(make));
    }
  });

  it('of another format', () => {
    expectDetected((path) => {
      rmSync(path, { recursive: true });
      const other = new CheckpointFolder(join(temporaryFolder(), 'checkpoints'), 1);
      other.open();
      const given = checkpoint(200);
      other.save({ ...given, record: { ...given.record, format: 2 as never } });
      cpSync(join(other.path, checkpointName(200)), path, { recursive: true });
    }, 'format');
  });
});
