import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT, Failure } from '../../failure.js';
import type { Platform } from './check-platform.js';
import { installTensorflow } from './install-tensorflow.js';
import type { InstallOptions } from './install-work.js';
import { ANSWERING, environmentWith, temporaryFolder, type Scripts } from './testing/fake-tools.js';
import { makeWheel, type WheelOptions } from './testing/make-wheel.js';

const PLATFORM: Platform = { os: 'linux', arch: 'x64', glibc: '2.36', avx: true, memoryBytes: 8e9 };
const { 'g++': compiler, python3, npm } = ANSWERING;

/** Answers the question whether it is there, and then does `body`. */
const after = (question: string, body: string) =>
  `case "$*" in *${question}*) exit 0;; esac\n${body}`;

/** Whether a process has ended; one that nobody has asked after yet has. */
function hasEnded(pid: string): boolean {
  try {
    return /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

/** What an installation with these tools refuses with, and that it leaves an empty cache. */
async function refusal(scripts: Scripts, options: InstallOptions = {}): Promise<string> {
  const cache = join(temporaryFolder(), 'cache');
  const env = environmentWith(scripts);
  const error: unknown = await installTensorflow({
    ...{ cache, env, platform: PLATFORM, ...options },
  }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Failure);
  if (existsSync(cache)) expect(readdirSync(cache)).toEqual([]);
  return (error as Failure).message;
}

function wheelFile(options: WheelOptions | Buffer): string {
  const path = join(temporaryFolder(), 'given.whl');
  writeFileSync(path, Buffer.isBuffer(options) ? options : makeWheel(options));
  return path;
}

describe('installTensorflow refuses, leaves nothing, and says what was missing:', () => {
  it.each<[string, Partial<Platform>, RegExp]>([
    ['Windows', { os: 'win32' }, /got win32 x64\. Use the wasm backend/],
    ['a 32-bit processor', { arch: 'ia32' }, /got linux ia32/],
    ['Alpine', { glibc: undefined }, /without the GNU C library \(as Alpine\)/],
    ['an old C library', { glibc: '2.17' }, /got the GNU C library 2\.17/],
    ['an old processor', { avx: false }, /a processor without AVX/],
    ['little memory', { memoryBytes: 2 ** 30 }, /at least 1\.5 GiB of memory, got 1\.0 GiB/],
  ])('%s', async (_name, change, message) => {
    expect(await refusal(ANSWERING, { platform: { ...PLATFORM, ...change } })).toMatch(message);
  });

  it('no compiler', async () => {
    expect(await refusal({ python3, npm })).toMatch(
      /expected a C\+\+ compiler, got no g\+\+, no clang\+\+, no c\+\+\. Install one/,
    );
  });

  it('no Python, or one without pip', async () => {
    const npmThatWaits = after('--version', 'exec sleep 60');
    const withSleep = { 'g++': compiler, npm: npmThatWaits, sleep: 'exec /bin/sleep "$@"' };
    expect(await refusal(withSleep)).toMatch(
      /expected Python with pip, .* got no python3, no python\. .* --wheel/,
    );
    const python = 'echo "/usr/bin/python3: No module named pip" >&2; exit 1';
    expect(await refusal({ ...withSleep, python3: python })).toMatch(
      /got python3 without pip, no python\. Install python3 and python3-pip/,
    );
  });

  it('no npm', async () => {
    const waiting = after('--version', 'exec sleep 60');
    const scripts = { 'g++': compiler, python3: waiting, sleep: 'exec /bin/sleep "$@"' };
    expect(await refusal(scripts)).toMatch(/expected npm, .* got no npm/);
  });

  it.each([
    ['no network', 'Could not find a version (Connection refused)', /Check the network and pip/],
    ['no such version', 'ERROR: No matching distribution found', /no such version for this/],
    ['another file', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES', /serves another file than/],
    ['a full disk', 'OSError: [Errno 28] No space left on device', /The disk is full/],
  ])('of pip, %s', async (_name, said, message) => {
    const pip = after('--version', `echo "${said}" >&2; exit 1`);
    const npmThatWaits = after('--version', 'exec /bin/sleep 60');
    const words = await refusal({ 'g++': compiler, npm: npmThatWaits, python3: pip });
    expect(words).toContain(said);
    expect(words).toMatch(message);
  });

  it('of npm, no network', async () => {
    const failing = after('--version', 'echo "ENOTFOUND registry" >&2; exit 1');
    const python = after('--version', 'exec /bin/sleep 60');
    expect(await refusal({ 'g++': compiler, npm: failing, python3: python })).toMatch(
      /expected npm to fetch @tensorflow.*ENOTFOUND registry\nCheck the network and npm's registry/s,
    );
  });

  it('archives of npm that are not the pinned ones, or not there', async () => {
    const packages = temporaryFolder();
    const wheel = wheelFile({});
    expect(await refusal(ANSWERING, { packages, wheel })).toMatch(
      /expected tensorflow-tfjs-node-gpu-4\.22\.0\.tgz in .*, got nothing\. Fetch it/,
    );
    writeFileSync(join(packages, 'tensorflow-tfjs-node-gpu-4.22.0.tgz'), 'another');
    expect(await refusal(ANSWERING, { packages, wheel })).toMatch(
      /expected .* with sha512-p\/\/NN/,
    );
  });

  it.each<[string, WheelOptions | Buffer, RegExp]>([
    ['half a wheel', makeWheel().subarray(0, 200), /got 200 bytes that are no whole zip/],
    ['no wheel', Buffer.from('<html>'), /got 6 bytes that are no whole zip archive. Download/],
    ['another project', { name: 'numpy' }, /expected a wheel of tensorflow.*got numpy/],
    ['another machine', { tag: 'cp312-cp312-win_amd64' }, /wheel for Linux on x86_64, got/],
  ])('%s given with --wheel', async (_name, options, message) => {
    expect(await refusal(ANSWERING, { wheel: wheelFile(options) })).toMatch(message);
  });

  it('a wheel of another version than asked for, and one that is not there', async () => {
    const wheel = wheelFile({ version: '2.20.0' });
    expect(await refusal(ANSWERING, { wheel, version: '2.21.0' })).toMatch(
      /expected TensorFlow 2\.21\.0, got a wheel of 2\.20\.0/,
    );
    expect(await refusal(ANSWERING, { wheel: '/none.whl' })).toMatch(/got ENOENT/);
  });

  it('a GPU on ARM', async () => {
    const platform = { ...PLATFORM, arch: 'arm64', avx: undefined };
    expect(await refusal(ANSWERING, { gpu: true, platform })).toMatch(/expected x64 .* got arm64/);
  });

  it('a cache that cannot be made', async () => {
    const cache = join(temporaryFolder(), 'file');
    writeFileSync(cache, '');
    const env = environmentWith(ANSWERING);
    await expect(
      installTensorflow({ cache: join(cache, 'below'), env, platform: PLATFORM }),
    ).rejects.toThrow(/expected to make the folder .* got E(NOTDIR|EXIST)\. Choose another/);
  });
});

describe('installTensorflow interrupted', () => {
  it('ends the tools, and leaves nothing', async () => {
    const cache = join(temporaryFolder(), 'cache');
    const started = join(temporaryFolder(), 'started');
    mkdirSync(started);
    // Each tool waits for a child of its own and notes its number.
    const waits = after('--version', `/bin/sleep 60 & : > ${started}/$!; wait`);
    const env = environmentWith({ 'g++': compiler, python3: waits, npm: waits });
    const controller = new AbortController();
    const { signal } = controller;
    const work = installTensorflow({ cache, env, platform: PLATFORM, signal });
    const outcome = work.catch((error: unknown) => error);
    while (readdirSync(started).length < 2) await sleep(10);
    expect(readdirSync(cache)).toHaveLength(1);
    controller.abort(new Failure('Interrupted.', EXIT.interrupted));
    expect(await outcome).toMatchObject({ exitCode: EXIT.interrupted });
    expect(readdirSync(cache)).toEqual([]);
    for (const pid of readdirSync(started)) {
      while (!hasEnded(pid)) await sleep(10); // it was killed; the system takes its time
    }
  });
});
