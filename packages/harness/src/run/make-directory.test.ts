import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeDirectory } from './make-directory.js';

const root = mkdtempSync(join(tmpdir(), 'shaped-directory-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('makes what is missing, and leaves alone what is there', () => {
  const path = join(root, 'a', 'b', 'c');
  makeDirectory(path);
  makeDirectory(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test('a file in the way is an error, at the end of the path or above', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(() => makeDirectory(file)).toThrow(/EEXIST/);
  expect(() => makeDirectory(join(file, 'below'))).toThrow(/ENOTDIR/);
});

test.runIf(process.platform === 'linux')(
  'a file system that refuses directories is an error, not a hang',
  () => {
    expect(() => makeDirectory('/proc/shaped/run')).toThrow(/ENOENT/);
  },
);
