import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { repositoryFiles, ROOT } from '../support/repository.ts';

/** What must not stand in a file of the repository. */
const FOREIGN: [what: string, pattern: RegExp][] = [
  ['a path of one machine', /(?<![\w.~-])\/(?:work|home|root|Users|tmp\/peers)\/\w/],
  ['a package registry by its host', /\bregistry\.[\w-]+\.\w|"resolved": "https?:|\bindex-url\b/],
  ['a test that does not run', /\b(?:test|it|describe)\.(?:only|skip|todo|fails)\b/],
  ['work left for later', /\b(?:TODO|FIXME|XXX)\b/],
  ['a conflict of merging', /^(?:<{7}|>{7}) /m],
];

const isText = (bytes: Buffer) => !bytes.subarray(0, 8000).includes(0);

describe('the repository', () => {
  test.each(FOREIGN)('holds in no file %s', (_what, pattern) => {
    const found = repositoryFiles().flatMap((path) => {
      if (path === 'LICENSE' || path.endsWith('tools/repository.test.ts')) return [];
      const bytes = readFileSync(ROOT + path);
      if (!isText(bytes)) return [];
      const match = pattern.exec(bytes.toString('utf8'));
      return match === null ? [] : [`${path}: ${match[0]}`];
    });
    expect(found).toEqual([]);
  });

  test('documents its configuration as its schema says', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [`${ROOT}tools/docs/config.mjs`, '--check'],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
  });
});
