import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Failure } from '../failure.js';
import { eventFileName } from './event-file-name.js';
import { readEventFile, readRun } from './event-file-reader.js';
import { TensorBoardWriter } from './tensorboard-writer.js';
import golden from './testing/golden/tensorboard-events.json' with { type: 'json' };

/** Where set, files are opened on this device (/dev/full refuses every byte), or writes fail. */
const disk = vi.hoisted(() => ({
  device: undefined as string | undefined,
  error: undefined as string | undefined,
}));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const open = (path: string, flags: string) =>
    disk.device ? fs.openSync(disk.device, 'w') : fs.openSync(path, flags);
  const write = (descriptor: number, bytes: Uint8Array, at: number) => {
    if (disk.error) throw Object.assign(new Error('refused'), { code: disk.error });
    return fs.writeSync(descriptor, bytes, at);
  };
  return { ...fs, openSync: open, writeSync: write };
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'shaped-events-'));
});
afterEach(() => {
  disk.device = undefined;
  disk.error = undefined;
  rmSync(directory, { recursive: true, force: true });
});

const now = () => 1700000000250;
const writer = () => new TensorBoardWriter(directory, { now });

describe('eventFileName', () => {
  test('holds the seconds with ten digits', () => {
    expect(eventFileName([], 12_345)).toBe('events.out.tfevents.0000000012.shaped');
  });

  test.each([
    ['a file of the same second', ['events.out.tfevents.0000000012.shaped'], 13],
    ['a later one, by a clock that went back', ['events.out.tfevents.0000000090.shaped'], 91],
    ['one by TensorFlow', ['events.out.tfevents.0000000012.host.4711.0.v2'], 13],
    [
      'the last of several',
      ['events.out.tfevents.0000000011.shaped', 'events.out.tfevents.0000000040.x'],
      41,
    ],
    ['files that are no event files', ['metrics.jsonl', 'x.events.out.tfevents.0000000099.x'], 12],
  ])('sorts after %s', (_, existing, seconds) => {
    const name = eventFileName(existing, 12_345);
    expect(name).toBe(`events.out.tfevents.00000000${seconds}.shaped`);
    const events = existing.filter((file) => file.startsWith('events.'));
    expect([name, ...events].sort().at(-1)).toBe(name);
  });
});

test('a second writer in a folder leaves the first one’s file alone and sorts after it', () => {
  const first = writer();
  first.scalar('a', 1, 0);
  first.flush();
  const bytes = readFileSync(first.path);
  const second = writer();
  second.scalar('a', 2, 1);
  second.close();
  expect(readFileSync(first.path)).toEqual(bytes);
  first.close();
  expect([first.path, second.path].sort().at(-1)).toBe(second.path);
  expect(readRun(directory).map(({ content }) => content.numbers[0])).toEqual([1, 2]);
});

test('a file cut off by a crash is read up to its last complete record, and the resumed one after it', () => {
  const crashed = writer();
  crashed.scalar('a', 1, 0);
  crashed.scalar('a', 2, 1);
  crashed.close();
  const whole = statSync(crashed.path).size;
  const bytes = readFileSync(crashed.path);
  writeFileSync(crashed.path, bytes.subarray(0, whole - 5));
  const { events, truncatedBytes } = readEventFile(crashed.path);
  expect(events.length).toBe(2);
  expect(truncatedBytes).toBeGreaterThan(0);
  const resumed = writer();
  resumed.scalar('a', 3, 1);
  resumed.close();
  expect(readRun(directory).map(({ step, content }) => [step, content.numbers[0]])).toEqual([
    [0, 1],
    [1, 3],
  ]);
});

test('appending after a cut-off record would make the file unreadable: why it is never done', () => {
  const crashed = writer();
  crashed.scalar('a', 1, 0);
  crashed.close();
  const bytes = readFileSync(crashed.path);
  writeFileSync(crashed.path, bytes.subarray(0, bytes.length - 5));
  appendFileSync(crashed.path, bytes);
  expect(() => readEventFile(crashed.path)).toThrow('checksum');
});

test('the same calls at the same times give the same bytes', () => {
  const files = [1, 2].map((run) => {
    const one = new TensorBoardWriter(join(directory, String(run)), { now });
    one.histogram('h', [1, 2, 3], 1);
    one.hparamsStart({ gamma: 1 });
    one.close();
    return readFileSync(one.path);
  });
  expect(files[0]).toEqual(files[1]);
});

test('values stay in the buffer until flush, and all of them are on disk after it', () => {
  const one = writer();
  const before = statSync(one.path).size;
  one.scalar('a', 1, 0);
  expect(statSync(one.path).size).toBe(before);
  one.flush();
  expect(readRun(directory).length).toBe(1);
  one.close();
});

test('a full buffer is written without being asked', () => {
  const one = writer();
  for (let step = 0; step < 2000; step++) one.scalar('a', step, step);
  expect(statSync(one.path).size).toBeGreaterThan(64 * 1024);
  one.close();
  expect(readRun(directory).map(({ step }) => step)).toEqual(
    Array.from({ length: 2000 }, (_, i) => i),
  );
});

test('a closed writer says so, and can be closed again', () => {
  const one = writer();
  one.close();
  one.close();
  expect(() => one.scalar('a', 1, 0)).toThrow(/expected an open writer, got one that was closed/);
});

describe('what the disk refuses is a Failure that says where and what to do:', () => {
  test('a full disk, at once and at every later call', () => {
    disk.device = '/dev/full';
    const make = () => writer();
    expect(make).toThrow(Failure);
    expect(make).toThrow(
      /expected to write .*events\.out\.tfevents\.\d+\.shaped, got ENOSPC. The disk is full/,
    );
  });

  test('a file in the folder’s place', () => {
    const path = join(directory, 'file');
    closeSync(openSync(path, 'w'));
    expect(() => new TensorBoardWriter(path)).toThrow(/make the folder .*file, got EEXIST. A file/);
    expect(() => new TensorBoardWriter(join(path, 'run'))).toThrow(/got ENOTDIR. A file stands/);
  });

  test('a quota used up later on, then and at every later call; closing is quiet', () => {
    const one = writer();
    one.scalar('a', 1, 0);
    disk.error = 'EDQUOT';
    expect(() => one.flush()).toThrow(/expected to write .*shaped, got EDQUOT. The disk quota/);
    disk.error = undefined;
    expect(() => one.scalar('a', 1, 1)).toThrow(/got EDQUOT/);
    one.close();
    expect(readRun(directory)).toEqual([]);
  });
});

test('readRun understands what TensorBoard’s own builders wrote (golden)', () => {
  writeFileSync(join(directory, 'events.out.tfevents.1.x'), Buffer.from(golden.built, 'base64'));
  const values = readRun(directory);
  const scalar = values.find(({ tag }) => tag === 'loss');
  expect(scalar).toMatchObject({ plugin: 'scalars', step: 3, description: 'in nats' });
  expect(scalar?.content.numbers).toEqual([Math.fround(0.1)]);
  const histogram = values.find(({ tag }) => tag === 'weights');
  expect(histogram?.content).toMatchObject({
    shape: [3, 3],
    numbers: [-1, 0, 1, 0, 1, 1, 1, 2, 2],
  });
  const text = values.find(({ tag }) => tag === 'note');
  expect(Buffer.from(text!.content.strings[0]).toString()).toBe('**bold** ρ');
  expect(values.find(({ tag }) => tag === '_hparams_/session_start_info')?.plugin).toBe('hparams');
  expect(values.find(({ tag }) => tag === 'old')).toMatchObject({
    plugin: 'scalars',
    content: { numbers: [0.25] },
  });
});
