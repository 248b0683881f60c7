import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder, installationName } from './cache-folder.js';
import {
  findInstallation,
  listInstallations,
  RECORD_FILE,
  removeInstallation,
} from './installation.js';
import { clearPreference, readPreference, writePreference } from './preference.js';
import { BINDING, type Variant } from './releases.js';
import { temporaryFolder } from './testing/fake-tools.js';

const HERE = { os: process.platform, arch: process.arch };

function cacheWith(...entries: [version: string, variant: Variant, change?: object][]): string {
  const cache = temporaryFolder();
  for (const [version, variant, change] of entries) {
    const name = installationName(version, variant, HERE) + (change ? '-other' : '');
    mkdirSync(join(cache, name));
    const record = { format: 1, version, variant, ...HERE, binding: BINDING, ...change };
    writeFileSync(join(cache, name, RECORD_FILE), JSON.stringify(record));
  }
  return cache;
}

describe('installations', () => {
  it('are listed with the tested version first, then the newest, with GPU before without', () => {
    const cache = cacheWith(
      ['2.9.0', 'cpu'],
      ['2.20.0', 'cpu'],
      ['2.21.0', 'cpu'],
      ['2.21.0', 'gpu'],
      ['2.22.0', 'cpu'],
    );
    const order = listInstallations(cache).map(({ version, variant }) => `${version} ${variant}`);
    expect(order).toEqual(['2.21.0 gpu', '2.21.0 cpu', '2.22.0 cpu', '2.20.0 cpu', '2.9.0 cpu']);
    expect(findInstallation({ cache, gpu: false }).variant).toBe('cpu');
    expect(findInstallation({ cache, version: '2.20.0' }).version).toBe('2.20.0');
  });

  it('of another machine or binding, and folders without a record, are none', () => {
    const cache = cacheWith(
      ['2.21.0', 'cpu', { arch: 'other' }],
      ['2.20.0', 'cpu', { binding: 'x' }],
    );
    mkdirSync(join(cache, 'tensorflow-cpu-half'));
    expect(listInstallations(cache)).toEqual([]);
    expect(listInstallations(join(cache, 'none'))).toEqual([]);
  });

  it('that are not there are asked for with the command that makes them', () => {
    const cache = cacheWith(['2.20.0', 'cpu']);
    expect(() => findInstallation({ cache, version: '2.21.0', gpu: true })).toThrow(
      /expected TensorFlow 2\.21\.0 with GPU in .*, got tensorflow-cpu-2\.20\.0.* Install it: shaped backend install tensorflow --version 2\.21\.0 --gpu$/,
    );
  });

  it('are removed', () => {
    const cache = cacheWith(['2.21.0', 'cpu']);
    removeInstallation(findInstallation({ cache }));
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('the cache folder', () => {
  it('is SHAPED_CACHE, else below XDG_CACHE_HOME, else below ~/.cache', () => {
    expect(cacheFolder({ SHAPED_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
    expect(cacheFolder({ XDG_CACHE_HOME: '/b' })).toBe('/b/shaped-attention');
    expect(cacheFolder({})).toMatch(/\/\.cache\/shaped-attention$/);
  });
});

describe('a preference', () => {
  it('is kept, and one that cannot be read counts as none', () => {
    const cache = join(temporaryFolder(), 'new');
    expect(readPreference(cache)).toBeUndefined();
    writePreference({ backend: 'wasm' }, cache);
    expect(readPreference(cache)).toEqual({ backend: 'wasm' });
    clearPreference(cache);
    expect(readPreference(cache)).toBeUndefined();
    clearPreference(cache);
    writeFileSync(join(cache, 'preference.json'), '{"backend":"webgl"}');
    expect(readPreference(cache)).toBeUndefined();
    writeFileSync(join(cache, 'preference.json'), '{');
    expect(readPreference(cache)).toBeUndefined();
  });
});
