import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureTool, INSTALL_TIMEOUT_MS } from '../support/ensure-tool.ts';

const run = promisify(execFile);

const INSTALLER = fileURLToPath(new URL('../../tools/tensorboard/install.mjs', import.meta.url));

type Log = (line: string) => void;
type Install = (packages: readonly string[], log: Log) => boolean | null;

/** The function of a script in `tools/`, which has no types of its own. */
async function tool<T>(script: string, name: string): Promise<T> {
  const url = new URL(`../../tools/${script}`, import.meta.url);
  return ((await import(url.href)) as Record<string, T>)[name];
}

const ensureTensorboard = (options: { root: string; log: Log }) =>
  tool<(o: typeof options) => Promise<string>>('tensorboard/install.mjs', 'ensureTensorboard').then(
    (ensure) => ensure(options),
  );
const ensurePython = (log: Log, options: { install: Install; candidates: string[] }) =>
  tool<(l: Log, o: typeof options) => string>('tensorboard/ensure-python.mjs', 'ensurePython').then(
    (ensure) => ensure(log, options),
  );
const ensureChromium = (options: {
  environment: Record<string, string>;
  install: Install;
  log: Log;
}) =>
  tool<(o: typeof options) => string>('browser/ensure-chromium.mjs', 'ensureChromium').then(
    (ensure) => ensure(options),
  );

let folder: string;
const lines: string[] = [];
const log: Log = (line) => lines.push(line);
const nothing: Install = () => null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shaped-install-'));
  lines.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An executable script in the test's folder. */
function program(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe(
  'ensureTensorboard',
  () => {
    test('makes what an interrupted run left anew, keeps what others made, and two at once agree', async () => {
      const venv = join(folder, '.venv');
      mkdirSync(venv);
      writeFileSync(join(venv, '.shaped-incomplete'), 'new');
      writeFileSync(join(venv, 'ruin'), '');
      const both = await Promise.all([1, 2].map(() => run(process.execPath, [INSTALLER, folder])));
      const path = join(venv, 'bin', 'tensorboard');
      expect(both.map(({ stdout }) => stdout)).toEqual([`${path}\n`, `${path}\n`]);
      expect((await run(path, ['--version'])).stdout.trim()).toBe('2.21.0');
      expect(existsSync(join(venv, 'ruin'))).toBe(false);
      const said = both.flatMap(({ stderr }) => stderr.split('\n'));
      expect(said.filter((line) => line.startsWith('Installing'))).toEqual([
        'Installing tensorboard==2.21.0 with pip (about 180 MB) …',
      ]);
      writeFileSync(join(venv, 'mine'), '');
      writeFileSync(join(venv, '.shaped-incomplete'), 'added');
      await ensureTensorboard({ root: folder, log });
      expect(existsSync(join(venv, 'mine'))).toBe(true);
      expect(existsSync(join(venv, '.shaped-incomplete'))).toBe(false);
      expect(existsSync(join(folder, '.cache', 'tensorboard-install.lock'))).toBe(false);
    });

    test('takes over the lock of a process that is gone', async () => {
      const withLock = await tool<(path: string, log: Log, work: () => number) => Promise<number>>(
        'tensorboard/with-lock.mjs',
        'withLock',
      );
      const lock = join(folder, 'lock');
      const script = 'process.stdout.write(String(process.pid))';
      writeFileSync(lock, (await run(process.execPath, ['-e', script])).stdout);
      expect(await withLock(lock, log, () => Number(readFileSync(lock, 'utf8')))).toBe(process.pid);
      expect(existsSync(lock)).toBe(false);
    });

    test('takes over a lock that was never written whole', async () => {
      const withLock = await tool<(path: string, log: Log, work: () => number) => Promise<number>>(
        'tensorboard/with-lock.mjs',
        'withLock',
      );
      const lock = join(folder, 'lock');
      writeFileSync(lock, 'no process');
      const longAgo = new Date(Date.now() - 60_000);
      utimesSync(lock, longAgo, longAgo);
      expect(await withLock(lock, log, () => 7)).toBe(7);
    });

    test('does nothing, and says nothing but the path, the second time', async () => {
      const path = ensureTool('tensorboard/install.mjs');
      expect(await run(process.execPath, [INSTALLER])).toEqual({ stdout: `${path}\n`, stderr: '' });
    });
  },
  INSTALL_TIMEOUT_MS,
);

describe('ensurePython', () => {
  const good = 'echo 3.11';
  const cases: [string, string | undefined, RegExp][] = [
    [
      'no Python',
      undefined,
      /got: no .*python3\. Install it \("apt-get install python3 python3-venv"/,
    ],
    ['one without venv', 'echo "No module named \'venv\'" >&2; exit 1', /without its module venv/],
    ['one without pip', 'echo "No module named ensurepip" >&2; exit 1', /its module ensurepip/],
    ['one that crashes', 'exit 3', /python3 that does not run/],
    ['an old one', 'echo 3.8', /python3 3\.8\. Install it/],
  ];

  test.each(cases)('says what is missing: %s', async (_, body, message) => {
    const path = body === undefined ? join(folder, 'python3') : program('python3', body);
    await expect(ensurePython(log, { install: nothing, candidates: [path] })).rejects.toThrow(
      message,
    );
  });

  test('takes the first that will do, without installing anything', async () => {
    const [bad, first] = [program('bad', 'exit 1'), program('first', good)];
    const install = () => expect.fail('nothing is missing');
    expect(await ensurePython(log, { install, candidates: [bad, first] })).toBe(first);
  });

  test('takes what the installation brought', async () => {
    const path = join(folder, 'python3');
    const install: Install = () => program('python3', good) === path;
    expect(await ensurePython(log, { install, candidates: [path] })).toBe(path);
  });
});

describe('ensureChromium', () => {
  const environment = () => ({ PATH: folder });

  test('takes CHROMIUM_PATH first, and an impossible one is an error', async () => {
    program('chromium', 'exit 0');
    const mine = program('mine', 'exit 0');
    const named = (CHROMIUM_PATH: string) =>
      ensureChromium({ environment: { ...environment(), CHROMIUM_PATH }, install: nothing, log });
    expect(await named(mine)).toBe(mine);
    await expect(named(join(folder, 'none'))).rejects.toThrow(
      /CHROMIUM_PATH to name a browser, got/,
    );
  });

  test('takes one on the PATH that starts', async () => {
    program('chromium', 'exit 1');
    const chrome = program('google-chrome', 'exit 0');
    expect(await ensureChromium({ environment: environment(), install: nothing, log })).toBe(
      chrome,
    );
  });

  test('installs one where it may, and says how where it may not', async () => {
    await expect(
      ensureChromium({ environment: environment(), install: nothing, log }),
    ).rejects.toThrow(/got none. Install one \("apt-get install chromium" on Debian\)/);
    const install: Install = (packages) => program(packages[0], 'exit 0') !== '';
    expect(await ensureChromium({ environment: environment(), install, log })).toBe(
      join(folder, 'chromium'),
    );
  });
});
