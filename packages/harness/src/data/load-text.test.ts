import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../config/schema.js';
import { EXIT, Failure } from '../failure.js';
import { silent } from '../progress/reporter.js';
import { readDocuments } from './corpus/read-documents.js';
import { surveyCorpus } from './corpus/survey.js';
import { loadText, loadWindows, type Text } from './load-text.js';
import { documentLength } from './tokens/document-table.js';

let folder: string;
const cache = () => join(folder, 'cache');
const env = () => ({ SHAPED_CACHE: cache() });
const tokensIn = () =>
  existsSync(join(cache(), 'tokens')) ? readdirSync(join(cache(), 'tokens')) : [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shaped-text-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const configOf = (corpus: string, tokenizer: string, vocabulary = 40) =>
  configSchema.parse({ data: { corpus, tokenizer, vocabulary } });

/** Two files, long enough together that the tokenizer keeps its tokens on disk. */
function longFiles(tokenizer: string): string {
  const path = join(folder, 'long');
  mkdirSync(path);
  const words = 'Call me Ishmael. Some years ago, never mind how long.\n';
  const lines = Math.ceil(((tokenizer === 'bpe' ? 3 : 17) * 2 ** 20) / words.length / 2);
  writeFileSync(join(path, 'a.txt'), words.repeat(lines));
  writeFileSync(join(path, 'b.txt'), `The end: ${words.repeat(lines)}`);
  return path;
}

const idsOf = ({ tokens }: Text) => tokens.read(0, tokens.length);

describe('loadWindows', () => {
  it('reads the windows that a configuration asks for, as ids and as text', async () => {
    const config = configSchema.parse({ model: { tokens: 5 }, probe: { windows: 3 } });
    const windows = await loadWindows(config);
    const { tokenizer } = await loadText(config);
    expect(windows).toHaveLength(3);
    for (const { ids, text } of windows) {
      expect(ids).toHaveLength(5);
      expect([...tokenizer.encode(text)]).toEqual(ids);
    }
    expect(await loadWindows(config)).toEqual(windows);
  });

  it('says what each token is where it is neither a byte nor a word', async () => {
    const config = configSchema.parse({
      ...{
        model: { tokens: 5 },
        probe: { windows: 2 },
        data: { corpus: longFiles('bpe'), tokenizer: 'bpe' },
      },
    });
    for (const { text, pieces } of await loadWindows(config, { env: env() })) {
      expect(pieces).toHaveLength(5);
      expect(pieces?.join('')).toBe(text);
    }
  });
});

describe('loadText', () => {
  it('reads the corpus once for one configuration', async () => {
    const config = configSchema.parse({ data: { tokenizer: 'bytes' } });
    const text = loadText(config);
    expect(loadText(config)).toBe(text);
    expect((await text).tokens).toHaveLength((await text).corpus.bytes);
  });

  it('has the documents one after the other, and their hashes', async () => {
    const path = join(folder, 'few');
    mkdirSync(path);
    const contents = ['one two', 'three\r\nfour ', ' five'];
    contents.forEach((content, i) => writeFileSync(join(path, `${i}.txt`), content));
    const text = await loadText(configOf(path, 'bytes'));
    const clean = ['one two', 'three\nfour', 'five'];
    expect(Buffer.from(Uint8Array.from(idsOf(text))).toString()).toBe(clean.join(''));
    expect(clean.map((_, i) => documentLength(text.table, i))).toEqual([7, 10, 4]);
    const digests = clean.map((content) => createHash('sha256').update(content).digest());
    expect([...text.table.hashes]).toEqual(digests.map((digest) => digest.readUIntBE(0, 6)));
    const sha256 = createHash('sha256').update(Buffer.concat(digests)).digest('hex');
    expect(text.corpus).toEqual({ name: path, sha256, documents: 3, bytes: 21, notes: [] });
  });

  it('gives the State of the Union addresses the words of the whole text', async () => {
    const { tokenizer, ...text } = await loadText(configSchema.parse({}));
    const documents = readDocuments(await surveyCorpus('sotu'));
    const whole = Array.from(documents, ({ parts }) => [...parts].join('')).join('\n\n');
    // Byte by byte: two million ids are too many for a comparison with words.
    const [ids, expected] = [idsOf({ tokenizer, ...text }), tokenizer.encode(whole)];
    expect(Buffer.compare(new Uint8Array(ids.buffer), new Uint8Array(expected.buffer))).toBe(0);
    expect(text.corpus.documents).toBe(233);
    // sha256sum of the 233 texts, each without space at its ends, in the order of their names.
    expect(text.corpus.sha256).toBe(
      '3ec816011e8e41a414928f956c55298b03ec903cfe6c3a1cdfc60156d664f0f0',
    );
  });

  it('refuses a text of nothing but space', async () => {
    const path = join(folder, 'void.txt');
    writeFileSync(path, ' \n\n');
    await expect(loadText(configOf(path, 'words'))).rejects.toThrow(/void\.txt: it is empty/);
  });

  it('reads again what was mended after it failed', async () => {
    const path = join(folder, 'mended.txt');
    const config = configOf(path, 'bytes');
    await expect(loadText(config)).rejects.toThrow(/does not exist/);
    writeFileSync(path, 'now');
    expect((await loadText(config)).tokens).toHaveLength(3);
  });
});

describe('a long text', () => {
  it.each(['bytes', 'words', 'bpe'])('has the same %s tokens on disk', async (tokenizer) => {
    const path = longFiles(tokenizer);
    const stored = await loadText(configOf(path, tokenizer), { env: env() });
    expect(tokensIn()).toHaveLength(1);
    const again = await loadText(configOf(path, tokenizer), { env: env() });
    for (const text of [stored, again]) {
      const documents = readDocuments(await surveyCorpus(path));
      let document = 0;
      for (const { parts } of documents) {
        const expected = text.tokenizer.encode([...parts].join(''));
        const end = text.table.ends[document];
        const start = end - documentLength(text.table, document);
        expect(end - start).toBe(expected.length);
        const ids = text.tokens.read(start, end);
        expect(ids.every((id, i) => id === expected[i])).toBe(true);
        expect(text.tokens.read(start + 5, start + 9)).toEqual(expected.subarray(5, 9));
        document++;
      }
      expect(text.corpus.documents).toBe(document);
    }
    const width = { bytes: 1, words: 1, bpe: 2 }[tokenizer]!;
    const file = join(cache(), 'tokens', tokensIn()[0], 'tokens.bin');
    expect(statSync(file).size).toBe(width * stored.tokens.length);
  });

  it('is tokenised again when text or tokenizer changes, and then alone', async () => {
    const path = longFiles('words');
    const load = (vocabulary: number) =>
      loadText(configOf(path, 'words', vocabulary), { env: env() });
    await load(40);
    const labels: string[] = [];
    const reporter = {
      ...silent,
      task: (label: string) => (labels.push(label), silent.task('', 0)),
    };
    await loadText(configOf(path, 'words', 40), { env: env(), reporter });
    expect(labels).not.toContain('tokenising');
    await load(5);
    expect(tokensIn()).toHaveLength(2);
    writeFileSync(join(path, 'b.txt'), 'Another end.');
    await load(5);
    expect(tokensIn()).toHaveLength(2); // too short now to be kept
  });

  it('leaves nothing when it is interrupted, and starts anew', async () => {
    const path = longFiles('bpe');
    const controller = new AbortController();
    const watched = { env: env(), signal: controller.signal };
    const loading = loadText(configOf(path, 'bpe'), watched);
    const outcome = loading.catch((error: unknown) => error);
    while (tokensIn().length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort(new Failure('Interrupted.', EXIT.interrupted));
    expect(await outcome).toMatchObject({ exitCode: EXIT.interrupted });
    expect(tokensIn()).toEqual([]);
    const text = await loadText(configOf(path, 'bpe'), { env: env() });
    expect(text.tokens.length).toBeGreaterThan(5e5);
  });

  it('is refused when its file is damaged, with what to do', async () => {
    const path = longFiles('bytes');
    await loadText(configOf(path, 'bytes'), { env: env() });
    truncateSync(join(cache(), 'tokens', tokensIn()[0], 'tokens.bin'), 100);
    await expect(loadText(configOf(path, 'bytes'), { env: env() })).rejects.toThrow(
      /expected \d+ bytes in .*tokens\.bin, got 100\. Make it again: shaped data remove tokens/,
    );
  });
});
