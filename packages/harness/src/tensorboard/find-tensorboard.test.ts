import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTensorboard } from './find-tensorboard.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shaped-find-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An executable script at the path below the test's folder. */
function program(path: string, body = 'exit 0'): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

const root = () => join(folder, 'root');

/** A search that sees only the test's folder. */
const find = (variables: Record<string, string> = {}) =>
  findTensorboard({ environment: { PATH: join(folder, 'bin'), ...variables }, roots: [root()] });

test('SHAPED_TENSORBOARD comes first', () => {
  program('root/.venv/bin/tensorboard');
  program('bin/tensorboard');
  const mine = program('mine');
  expect(find({ SHAPED_TENSORBOARD: mine })).toMatchObject({ command: mine, args: [] });
});

test('then the .venv, then the PATH, then python3 -m tensorboard.main', () => {
  const venv = program('root/.venv/bin/tensorboard');
  const path = program('bin/tensorboard');
  program('bin/python3', '[ "$1 $2 $3" = "-m tensorboard.main --version" ]');
  expect(find().command).toBe(venv);
  rmSync(venv);
  expect(find().command).toBe(path);
  rmSync(path);
  expect(find()).toMatchObject({ command: 'python3', args: ['-m', 'tensorboard.main'] });
});

test('a .venv whose installation did not finish is passed over', () => {
  program('root/.venv/bin/tensorboard');
  writeFileSync(join(root(), '.venv', '.shaped-incomplete'), 'new');
  const path = program('bin/tensorboard');
  expect(find().command).toBe(path);
});

test('something that cannot be run is passed over', () => {
  chmodSync(program('root/.venv/bin/tensorboard'), 0o644);
  mkdirSync(join(folder, 'bin', 'tensorboard'), { recursive: true });
  expect(() => find()).toThrow('got none');
});

test('a SHAPED_TENSORBOARD that cannot be run is an error, not passed over', () => {
  program('bin/tensorboard');
  expect(() => find({ SHAPED_TENSORBOARD: join(folder, 'no') })).toThrow(
    /SHAPED_TENSORBOARD to name a program, got ".*no", which does not exist. Correct it or unset it/,
  );
});

test('without any, the message says how to install one: in the repository by its script', () => {
  program('bin/python3', 'exit 1');
  expect(() => find()).toThrow(
    /Install one with "python3 -m venv .venv && .venv\/bin\/pip install/,
  );
  const installer = program('root/tools/tensorboard/install.mjs');
  expect(() => find()).toThrow(`Install one with "node ${installer}"`);
});
