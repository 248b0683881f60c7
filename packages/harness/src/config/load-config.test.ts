import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageFailureOf } from '../testing/usage-failure-of.js';
import { loadConfig } from './load-config.js';

let folder: string;
const write = (text: string, name = 'config.yaml') => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shaped-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('loadConfig', () => {
  it('reads YAML and JSON, and takes an empty file as the defaults', () => {
    expect(loadConfig(write('model: { depth: 7 }')).model.depth).toBe(7);
    expect(loadConfig(write('{"model": {"depth": 8}}', 'config.json')).model.depth).toBe(8);
    expect(loadConfig(write('# nothing\n'))).toEqual(loadConfig(undefined));
  });

  it('applies overrides in order, later ones last, without touching their neighbours', () => {
    const file = write('model: { depth: 7, heads: 2 }');
    const sets = ['model.depth=9', 'check.widths=[32, 64]', 'model.depth=10', 'data.corpus=a=b'];
    const config = loadConfig(file, sets);
    expect(config.model).toMatchObject({ depth: 10, heads: 2 });
    expect(config.check.widths).toEqual([32, 64]);
    expect(config.data.corpus).toBe('a=b');
  });

  it('reports problems of overrides together with those of the file', () => {
    const message = usageFailureOf(() => loadConfig(write('sead: 1'), ['model.dept=3', 'seed=x']));
    expect(message).toContain('3 problems');
    expect(message).toContain('model.dept: unknown key. Did you mean model.depth?');
    expect(message).toContain('seed: expected a number, got "x".');
  });

  it.each<[string, RegExp]>([
    ['model.depth', /expected key=value, got 'model\.depth'/],
    ['=3', /expected key=value, got '=3'/],
    ['model.=3', /expected a key such as model\.depth, got 'model\.'/],
    ['__proto__.depth=3', /expected a key/],
    ['model.depth=[', /the value is not YAML \(Flow sequence.*\)\. Quote it/],
    ['model=3', /model: expected a section of keys, got 3/],
  ])('refuses --set %s', (set, expected) => {
    expect(usageFailureOf(() => loadConfig(undefined, [set]))).toMatch(expected);
  });

  it.each<[string, RegExp]>([
    ['model: [1', /syntax error\. Correct it:\n.*line 1/],
    ['seed: 1\nseed: 2', /Map keys must be unique/],
    ['seed: 1\n---\nseed: 2', /multiple documents/],
    ['- a\n- b', /expected a mapping of keys to values/],
    ['just words', /expected a mapping of keys to values/],
    ['{"seed": 1,}}', /syntax error/],
  ])('refuses the damaged file %j', (text, expected) => {
    expect(usageFailureOf(() => loadConfig(write(text)))).toMatch(expected);
  });

  it('refuses a file that is missing or a folder', () => {
    expect(usageFailureOf(() => loadConfig(join(folder, 'none.yaml')))).toMatch(
      /expected a readable YAML or JSON file, got .*none\.yaml \(ENOENT\)/,
    );
    expect(usageFailureOf(() => loadConfig(folder))).toMatch(/\(EISDIR\)/);
  });
});

describe('the shipped configurations', () => {
  const configs = new URL('../../../../configs/', import.meta.url).pathname;
  const files = readdirSync(configs).filter((name) => name.endsWith('.yaml'));
  it.each(files)('%s has no problem', (name) => {
    expect(loadConfig(join(configs, name)).name).toBe(name.replace(/\.yaml$/, ''));
  });

  it('quickstart.yaml spells the defaults out and says where it differs', () => {
    const { name, model, train, ...rest } = loadConfig(join(configs, 'quickstart.yaml'));
    expect(name).toBe('quickstart');
    const defaults = loadConfig(undefined);
    expect({ ...defaults, ...rest }).toEqual(defaults);
    // It differs where its comments say so: the slope, and the smaller network that is trained.
    expect({ ...model, cMinus: -1 }).toEqual(defaults.model);
    expect({ ...train, model: defaults.train.model }).toEqual(defaults.train);
  });
});
