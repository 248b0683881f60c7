import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readSweep } from './read-sweep.js';
import { sweepFileOf } from './sweep-request.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'shaped-sweep-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string, name = 'my sweep.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('readSweep', () => {
  it('reads a file, its configuration from beside it, nested keys and all', () => {
    file('model: { depth: 7 }\n', 'base.yaml');
    const path = file(
      'command: train\nconfig: base.yaml\ngrid:\n  model: { gamma: [0.1, 0.2] }\n  train.steps: [3]\nseeds: 2\n',
    );
    expect(readSweep(path)).toEqual({
      ...{ name: 'my-sweep', commands: ['train'], base: { model: { depth: 7 } } },
      grid: { 'model.gamma': [0.1, 0.2], 'train.steps': [3] },
      ...{ zip: {}, list: [], seeds: 2, slurm: { options: [] } },
    });
  });

  it('lets options win over the file', () => {
    const path = file('command: train\ngrid: { model.gamma: [1], model.tau0: [2] }\n');
    const read = readSweep(path, {
      ...{ commands: ['probe', 'predict'], grid: ['model.gamma=0.1,0.2'], seeds: '4,7' },
      ...{ overrides: ['model.depth=5'], name: 'other', slurm: { time: '30' } },
    });
    expect(read).toMatchObject({
      ...{ name: 'other', commands: ['probe', 'predict'], base: { model: { depth: 5 } } },
      ...{ grid: { 'model.gamma': [0.1, 0.2], 'model.tau0': [2] }, seeds: [4, 7] },
      slurm: { time: '30', options: [] },
    });
  });

  it('changes single keys of a configuration that stands in the file', () => {
    const path = file('command: probe\nseeds: 1\nconfig: { model: { depth: 7, width: 8 } }\n');
    const { base } = readSweep(path, { overrides: ['model.depth=9', 'seed=2'] });
    expect(base).toEqual({ model: { depth: 9, width: 8 }, seed: 2 });
  });

  it('reads back what it records', () => {
    const text =
      'commands: [probe]\nlist: [{ model: { block: preLN } }]\nmetrics: [train.perplexity]\n';
    const read = readSweep(file(text), { slurm: { cpus: 2, options: ['--mem=1G'] } });
    const again = readSweep(file(stringify(sweepFileOf(read)), 'again.yaml'));
    expect(again).toEqual(read);
  });

  it('tells one seed from one number of seeds', () => {
    const seeds = (text: string) =>
      readSweep(undefined, { commands: ['probe'], seeds: text }).seeds;
    expect([seeds('3'), seeds('3,'), seeds('0,5')]).toEqual([3, [3], [0, 5]]);
    expect(() => seeds('many')).toThrow(/seeds: expected a positive number of seeds.*got "many"/);
    expect(() => seeds('0')).toThrow(/seeds: expected a positive number/);
  });

  it.each([
    ['a list', '- 1\n', /expected a mapping of keys to values/],
    ['a syntax error', 'grid: [unclosed', /expected YAML or JSON, got a syntax error/],
    [
      'a value instead of a list',
      'command: probe\ngrid: { seed: 1 }\n',
      /grid\.seed: expected a list of values, got 1/,
    ],
    ['an empty list', 'command: probe\ngrid: { seed: [] }\n', /grid\.seed: .*got an empty one/],
    [
      'a key that no job may change',
      'command: probe\ngrid: { workers: [1] }\n',
      /grid\.workers: cannot be swept/,
    ],
    [
      'both command and commands',
      'command: probe\ncommands: [map]\nseeds: 1\n',
      /commands is given too/,
    ],
    [
      'an unknown key of Slurm',
      'command: probe\nslurm: { partitoin: a }\n',
      /slurm\.partitoin: unknown key\. Did you mean partition\?/,
    ],
  ])('refuses %s', (_what, text, says) => {
    expect(() => readSweep(file(text))).toThrow(says);
  });
});
