import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EXIT, Failure } from '../../failure.js';
import { readDocuments } from './read-documents.js';
import { surveyCorpus } from './survey.js';

let folder: string;
const write = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};

/** The documents of a corpus, whole. */
async function documentsOf(path: string): Promise<string[]> {
  const documents = readDocuments(await surveyCorpus(path));
  return Array.from(documents, ({ parts }) => [...parts].join(''));
}

/** What loading `path` is refused with. */
async function failureOf(path: string): Promise<string> {
  const error: unknown = await documentsOf(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Failure);
  expect((error as Failure).exitCode).toBe(EXIT.usage);
  return (error as Failure).message;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shaped-corpus-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a corpus', () => {
  it('is the State of the Union addresses, one document each, in order', async () => {
    const documents = await documentsOf('sotu');
    expect(documents).toHaveLength(233);
    expect(documents[0]).toMatch(/^Fellow-Citizens of the Senate/);
    const { files } = await surveyCorpus('sotu');
    expect(files[0].path).toMatch(/1790_george_washington_n\.txt$/);
  });

  it('is a file of any name, without byte order mark and carriage returns', async () => {
    const path = write('poem', '\ufeffline one\r\nline two\r\n');
    expect(await documentsOf(path)).toEqual(['line one\nline two']);
  });

  it('is a folder and below in the order of the paths, without what is not text', async () => {
    write('book/b.md', 'second');
    write('book/a/one.txt', 'first');
    write('book/c.log', 'third');
    write('book/.hidden', 'no');
    write('book/empty.txt', '  \n');
    write('book/picture.png', Uint8Array.from([137, 80, 78, 71, 0, 1]));
    symlinkSync(folder, join(folder, 'book/loop'));
    expect(await documentsOf(join(folder, 'book'))).toEqual(['first', 'second', 'third', '']);
    const { notes } = await surveyCorpus(join(folder, 'book'));
    expect(notes).toEqual(['Left out 1 file that is not text (picture.png).']);
  });

  it('is the rows of a .jsonl, one document each', async () => {
    const rows = [
      { text: ' one\r\ntwo ', id: 1 },
      { text: 'three \u2028 four' },
      { text: '\ud800' },
    ];
    const path = write('rows.jsonl', rows.map((row) => JSON.stringify(row)).join('\n\n'));
    expect(await documentsOf(path)).toEqual(['one\ntwo', 'three \u2028 four', '\ufffd']);
  });

  it('has the same fingerprint for the same bytes only', async () => {
    const of = async (name: string, text: string) =>
      (await surveyCorpus(write(name, text))).fingerprint;
    const one = await of('one.txt', 'some words');
    expect(await of('same.txt', 'some words')).toBe(one);
    expect(await of('other.txt', 'some word')).not.toBe(one);
    expect(await of('rows.ndjson', 'some words')).not.toBe(one);
  });

  it('is refused for a path that does not exist, with the nearest corpus', async () => {
    expect(await failureOf(join(folder, 'nowhere'))).toMatch(
      /does not exist\. Check the path, or use sotu/,
    );
    expect(await failureOf('sotuu')).toContain('Did you mean sotu?');
  });

  it('is refused before it was fetched, with the command that does', async () => {
    vi.stubEnv('SHAPED_CACHE', join(folder, 'no-cache'));
    expect(await failureOf('wikipedia')).toMatch(
      /expected wikipedia \(articles .*\) in the cache, got nothing\. Fetch it once, 28 MB: shaped data fetch wikipedia$/,
    );
    vi.unstubAllEnvs();
  });

  it('is refused without text', async () => {
    mkdirSync(join(folder, 'none'));
    expect(await failureOf(join(folder, 'none'))).toContain('a folder without files');
    write('pictures/x.png', Uint8Array.from([1, 0]));
    expect(await failureOf(join(folder, 'pictures'))).toContain('no text file in it');
  });

  it('is refused with rows that are no JSON or hold no text, with their place', async () => {
    const row = (name: string, content: string) => failureOf(write(name, content));
    expect(await row('a.jsonl', '{"text": "a"}\n\n{"text": ')).toMatch(
      /expected a JSON object with its text in "text", got \{"text": +in row 3 of .*a\.jsonl/,
    );
    expect(await row('b.jsonl', '{"body": "a"}')).toMatch(
      /got \{"body": "a"\} in row 1 of .*Rename/,
    );
    expect(await row('c.jsonl', '{"text": 3}')).toContain('in row 1 of');
    expect(await row('d.jsonl', '"text"')).toContain('in row 1 of');
    expect(await row('e.jsonl', 'null')).toContain('in row 1 of');
  });

  it('is refused with binary data and other encodings, with how to convert them', async () => {
    expect(await failureOf(write('data.bin', Uint8Array.from([65, 0, 66])))).toMatch(
      /binary data \(a NUL byte at offset 1\)/,
    );
    expect(await failureOf(write('latin.txt', Uint8Array.from([99, 97, 102, 0xe9, 32])))).toMatch(
      /not UTF-8.*iconv -f ISO-8859-1/,
    );
    expect(await failureOf(write('wide.txt', Uint8Array.from([0xff, 0xfe, 65, 0])))).toMatch(
      /UTF-16.*iconv -f UTF-16/,
    );
    write('mixed/latin.txt', Uint8Array.from([0xe9]));
    expect(await failureOf(join(folder, 'mixed'))).toMatch(
      /mixed\/latin\.txt: bytes that are not UTF-8/,
    );
  });

  it.skipIf(process.platform === 'win32')('refuses a pipe instead of waiting for it', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await failureOf(pipe)).toContain('a device, pipe or socket');
  });

  it('says when a file changes between its two readings', async () => {
    const path = write('changing.txt', 'before');
    const survey = await surveyCorpus(path);
    writeFileSync(path, 'after');
    const [{ parts }] = readDocuments(survey);
    expect(() => [...parts]).toThrow(/expected .*changing\.txt to stay as it is, got a change/);
  });

  it('ends when it is interrupted', async () => {
    const { signal, abort } = controllerOf(new Failure('Interrupted.', EXIT.interrupted));
    const path = write('long.txt', 'many words of a long text\n'.repeat(4e6));
    const reading = surveyCorpus(path, { signal });
    abort();
    await expect(reading).rejects.toMatchObject({ exitCode: EXIT.interrupted });
  });
});

function controllerOf(reason: Failure) {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(reason) };
}
