import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { silent } from '../progress/index.js';
import { describePatch } from './check-backends.js';
import { checkDisk, checkMemory, checkNode } from './check-machine.js';
import { describeFailure } from './describe-failure.js';
import { checkTensorboard, examine } from './examine.js';
import { renderFindings } from './render-findings.js';

describe('shaped doctor', () => {
  it('finds everything needed on a machine that runs these tests', async () => {
    const findings = await examine(silent);
    const status = Object.fromEntries(findings.map((finding) => [finding.name, finding.status]));
    expect(status).toMatchObject({
      Node: 'ok',
      backend: 'ok',
      'backend wasm': 'ok',
      'wasm matMul': 'ok',
      'wasm segment sum': 'ok',
      'wasm clone': 'ok',
      'wasm heap guard': 'ok',
      'backend cpu': 'ok',
      'worker threads': 'ok',
      text: 'ok',
    });
    expect(Object.keys(status)).toContain('TensorBoard');
    const choice = findings.find(({ name }) => name === 'backend');
    expect(choice?.detail).toBe(
      'auto takes wasm: the fastest backend that needs no install; TensorFlow is not installed',
    );
    expect(findings.find(({ name }) => name === 'backend tensorflow')).toMatchObject({
      status: 'warn',
      detail: 'not installed',
      advice: expect.stringContaining('shaped backend install tensorflow') as string,
    });
    const wasm = findings.find(({ name }) => name === 'backend wasm');
    expect(wasm?.detail).toMatch(/^256×256 product in [\d.]+ ms, SIMD$/);
    for (const { status, advice } of findings)
      if (status !== 'ok') expect(advice).toMatch(/^[A-Z]/);
  });

  it('says why a patch of the wasm backend is not used, and what is lost', () => {
    const without = 'batched products run several times slower';
    expect(describePatch({ name: 'matMul', problem: undefined, without })).toEqual({
      name: 'wasm matMul',
      status: 'ok',
      detail: 'patched, and its check holds',
    });
    const problem = 'it is made for tfjs-core 4.22.0, got 4.23.0';
    expect(describePatch({ name: 'matMul', problem, without })).toEqual({
      name: 'wasm matMul',
      status: 'warn',
      detail: `not patched: ${problem}`,
      advice: `Run npm ci again; until then ${without}.`,
    });
  });

  it('fails an old Node and a folder that cannot be written, and says what to do', () => {
    expect(checkNode('20.18.1')).toMatchObject({
      status: 'fail',
      advice: 'Install Node 20.19 or newer.',
    });
    expect(checkNode('18.20.0').status).toBe('fail');
    expect(checkNode('20.19.0').status).toBe('ok');
    expect(checkNode('24.1.0').status).toBe('ok');
    expect(checkDisk('/nowhere/at/all')).toMatchObject({ status: 'fail' });
  });

  it('says what became of TensorBoard and how to get one, without the name of a function', () => {
    const roots = [mkdtempSync(join(tmpdir(), 'shaped-doctor-'))];
    const none = checkTensorboard({ environment: { PATH: '' }, roots });
    expect(none.status).toBe('warn');
    expect(none.detail).toMatch(
      /^expected a TensorBoard in \.venv, on the PATH or in python3?, got none; logs are written/,
    );
    expect(none.advice).toMatch(
      /^Install one with ".*", or set SHAPED_TENSORBOARD to the program\.$/,
    );
    const missing = join(roots[0], 'missing.program');
    expect(checkTensorboard({ environment: { SHAPED_TENSORBOARD: missing }, roots })).toEqual({
      name: 'TensorBoard',
      status: 'warn',
      detail: `expected SHAPED_TENSORBOARD to name a program, got "${missing}", which does not exist; logs are written all the same`,
      advice: 'Correct it or unset it.',
    });
    rmSync(roots[0], { recursive: true });
  });

  it.each<[unknown, ReturnType<typeof describeFailure>]>([
    [
      new Error('findIt: expected a.b, got none. Make one.'),
      { detail: 'expected a.b, got none', advice: 'Make one.' },
    ],
    [
      new Error('data.corpus: expected text, got x. Name another.'),
      { detail: 'expected text, got x', advice: 'Name another.' },
    ],
    [
      new Error('start: expected it to start, got: No. Never. Use cpu.'),
      { detail: 'expected it to start, got: No. Never', advice: 'Use cpu.' },
    ],
    [new Error('out of memory.'), { detail: 'out of memory' }],
    ['a string', { detail: 'a string' }],
  ])('tells what was found from what to do in %s', (error, told) => {
    expect(describeFailure(error)).toEqual(told);
  });

  it('warns of little memory', () => {
    expect(checkMemory(2 ** 30, 2 ** 29)).toMatchObject({ status: 'warn' });
    expect(checkMemory(2 ** 33, 2 ** 29)).toMatchObject({ status: 'ok' });
  });

  it('prints each finding with its advice, and sums up', () => {
    const text = stripVTControlCharacters(
      renderFindings([
        { name: 'Node', status: 'ok', detail: '22' },
        { name: 'disk', status: 'fail', detail: 'full', advice: 'Free space.' },
        { name: 'memory', status: 'warn', detail: '1 GiB', advice: 'Fewer workers.' },
      ]),
    );
    expect(text.split('\n')).toEqual([
      '✓ Node               22',
      '✗ disk               full',
      '                     → Free space.',
      '! memory             1 GiB',
      '                     → Fewer workers.',
      '',
      '1 of 3 do not work.',
    ]);
  });
});
