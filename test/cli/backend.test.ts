import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, inject, test } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { shaped, startShaped } from '../support/shaped.ts';

const at = scratch();
const installed = inject('tensorflow')?.cache;

/** A folder with programs that answer when they are asked for their version, and then wait. */
function waitingTools(): string {
  const folder = at('tools');
  if (existsSync(folder)) return folder;
  mkdirSync(folder);
  for (const name of ['g++', 'python3', 'npm']) {
    const file = `${folder}/${name}`;
    const body = `case "$*" in *--version*) exit 0;; esac\n: > ${folder}/called-${name}\nexec /bin/sleep 60\n`;
    writeFileSync(file, `#!/bin/sh\n${body}`);
    chmodSync(file, 0o755);
  }
  return folder;
}

const waits = () => new Promise((wake) => setTimeout(wake, 20));

describe('shaped backend install', () => {
  test.each([
    ['SIGINT', 130, 'Interrupted'],
    ['SIGTERM', 143, 'Terminated'],
  ] as const)('by %s leaves nothing', async (signal, code, word) => {
    const tools = waitingTools();
    const cache = at(`cache-${signal}`);
    const started = startShaped(['backend', 'install', 'tensorflow', '--cache', cache], {
      env: { PATH: tools },
    });
    await started.says(/Downloading tensorflow/);
    while (!existsSync(`${tools}/called-npm`)) await waits();
    started.process.kill(signal);
    const ended = await started.ended;
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(`${word}. Nothing half-made is left`);
    expect(readdirSync(cache)).toEqual([]);
  });

  test('after one that was killed removes what that left', async () => {
    const cache = at('cache-killed');
    const options = { env: { PATH: waitingTools() } };
    const first = startShaped(['backend', 'install', 'tensorflow', '--cache', cache], options);
    await first.says(/Downloading tensorflow/);
    first.process.kill('SIGKILL');
    await first.ended;
    const left = readdirSync(cache);
    expect(left).toHaveLength(1);
    const second = startShaped(['backend', 'install', 'tensorflow', '--cache', cache], options);
    await second.says(/Downloading tensorflow/);
    expect(readdirSync(cache)).not.toContain(left[0]);
    second.process.kill('SIGINT');
    await second.ended;
    expect(readdirSync(cache)).toEqual([]);
  });

  test('without a compiler says so in one message', async () => {
    mkdirSync(at('empty'));
    const { code, stderr } = await shaped(
      ['backend', 'install', 'tensorflow', '--cache', at('c')],
      {
        env: { PATH: at('empty'), CXX: undefined },
      },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^shaped backend: .*expected a C\+\+ compiler, got no g\+\+/m);
  });
});

describe('shaped backend', () => {
  test('lists what there is, and what auto takes', async () => {
    const { code, stdout } = await shaped(['backend', 'list', '--cache', at('none')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tensorflow {2}not installed$/m);
    expect(stdout).toMatch(/^auto takes {2}wasm$/m);
  });

  test('use keeps a choice, which a run then obeys and records', async () => {
    const cache = at('chosen');
    const { code, stdout } = await shaped(['backend', 'use', 'cpu', '--cache', cache]);
    expect([code, stdout]).toEqual([0, 'auto takes cpu from now on\n']);
    const { stdout: findings } = await shaped(['doctor'], { env: { SHAPED_CACHE: cache } });
    expect(findings).toContain('auto takes cpu: chosen by shaped backend use');
    const undone = await shaped(['backend', 'use', 'auto', '--cache', cache]);
    expect([undone.code, undone.stdout]).toEqual([
      0,
      'auto takes wasm again, the fastest there is\n',
    ]);
    const list = await shaped(['backend', 'list', '--cache', cache], {
      env: { SHAPED_BACKEND: 'cpu' },
    });
    expect(list.stdout).toContain('auto takes  wasm\nSHAPED_BACKEND asks for cpu');
  });

  test.each([
    [['install'], /expected tensorflow after "shaped backend install", got nothing\. As in/],
    [['install', 'tensorfow'], /got tensorfow\. Did you mean tensorflow\?/],
    [['instal', 'tensorflow'], /got instal\. Did you mean install\?/],
    [
      ['use', 'webgl'],
      /expected tensorflow, wasm, cpu, auto after "shaped backend use", got webgl/,
    ],
  ])('%j is refused with what to type', async (args, message) => {
    const { code, stderr } = await shaped(['backend', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('remove and use of what is not there say how to install it', async () => {
    for (const action of ['remove', 'use']) {
      const { code, stderr } = await shaped([
        'backend',
        action,
        'tensorflow',
        '--cache',
        at('none'),
      ]);
      expect(code).toBe(1);
      expect(stderr).toContain('Install it: shaped backend install tensorflow');
    }
  });
});

describe.skipIf(installed === undefined)('with TensorFlow installed', () => {
  const options = { env: { SHAPED_CACHE: installed } };

  test('install has nothing to do, and list names it', async () => {
    const { stdout } = await shaped(['backend', 'install', 'tensorflow'], options);
    expect(stdout).toMatch(/^TensorFlow 2\.21\.0 in .*: installed already$/m);
    const listed = await shaped(['backend', 'list'], options);
    expect(listed.stdout).toMatch(/^auto takes {2}tensorflow$/m);
  });

  test('bench prints a table of all backends', async () => {
    const { code, stdout } = await shaped(['backend', 'bench'], options);
    expect(code).toBe(0);
    for (const row of ['tensorflow 2\\.21\\.0', 'wasm', 'cpu']) {
      expect(stdout).toMatch(new RegExp(`│ ${row} +│ +[\\d.]+ │ +[\\d.]+ │ +[\\d.]+ │`));
    }
  });
});
