import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageFailureOf } from '../testing/usage-failure-of.js';
import { loadCorpus } from './corpus.js';

let folder: string;
const write = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};

/** The failure of loading `path`. */
const failureOf = (path: string) => usageFailureOf(() => loadCorpus(path));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shaped-corpus-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('loadCorpus', () => {
  it('reads the State of the Union addresses, one document each, in order', () => {
    const corpus = loadCorpus('sotu');
    expect(corpus.documents).toHaveLength(233);
    expect(corpus.documents[0].name).toBe('1790_george_washington_n');
    expect(corpus.text).toContain('Fellow-Citizens of the Senate');
    // The text of version 0.2.3 of the package.
    expect(corpus.sha256).toBe('d12b7b28eb509f03a61938808759df931fb6a3ac1cbbf55bce1201ec75e23471');
  });

  it('reads a file of any name, without byte order mark and carriage returns', () => {
    const corpus = loadCorpus(write('poem', '\ufeffline one\r\nline two\r\n'));
    expect(corpus.text).toBe('line one\nline two');
  });

  it('reads a folder and below in the order of the paths, leaving out what is not text', () => {
    write('book/b.md', 'second');
    write('book/a/one.txt', 'first');
    write('book/c.log', 'third');
    write('book/.hidden', 'no');
    write('book/empty.txt', '  \n');
    write('book/picture.png', Uint8Array.from([137, 80, 78, 71, 0, 1]));
    symlinkSync(folder, join(folder, 'book/loop'));
    const corpus = loadCorpus(join(folder, 'book'));
    expect(corpus.text).toBe('first\n\nsecond\n\nthird');
    expect(corpus.notes).toEqual(['Left out 1 files that are not text.']);
  });

  it('has the same hash for the same text only', () => {
    const one = loadCorpus(write('one.txt', 'some words'));
    const same = loadCorpus(write('same.txt', 'some words\n'));
    const other = loadCorpus(write('other.txt', 'some word'));
    expect(same.sha256).toBe(one.sha256);
    expect(other.sha256).not.toBe(one.sha256);
  });

  it('refuses a path that does not exist, with the nearest corpus', () => {
    expect(failureOf(join(folder, 'nowhere'))).toMatch(
      /does not exist\. Check the path, or use sotu/,
    );
    expect(failureOf('sotuu')).toContain('Did you mean sotu?');
  });

  it('refuses what has no text', () => {
    expect(failureOf(write('void.txt', ' \n\n'))).toContain('it is empty');
    mkdirSync(join(folder, 'none'));
    expect(failureOf(join(folder, 'none'))).toContain('a folder without files');
    write('pictures/x.png', Uint8Array.from([1, 0]));
    expect(failureOf(join(folder, 'pictures'))).toContain('no text file in it');
  });

  it('refuses binary data and other encodings, with how to convert them', () => {
    expect(failureOf(write('data.bin', Uint8Array.from([65, 0, 66])))).toMatch(
      /binary data \(a NUL byte at offset 1\)/,
    );
    expect(failureOf(write('latin.txt', Uint8Array.from([99, 97, 102, 0xe9, 32])))).toMatch(
      /not UTF-8.*iconv -f ISO-8859-1/,
    );
    expect(failureOf(write('wide.txt', Uint8Array.from([0xff, 0xfe, 65, 0])))).toMatch(
      /UTF-16.*iconv -f UTF-16/,
    );
    write('mixed/latin.txt', Uint8Array.from([0xe9]));
    expect(failureOf(join(folder, 'mixed'))).toMatch(/mixed\/latin\.txt: bytes that are not UTF-8/);
  });

  it.skipIf(process.platform === 'win32')('refuses a pipe instead of waiting for it', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(failureOf(pipe)).toContain('a device, pipe or socket');
  });
});
