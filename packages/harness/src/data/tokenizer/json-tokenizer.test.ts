import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { usageFailureOf } from '../../testing/usage-failure-of.js';
import { readTokenizerJson, SHIPPED_BPE } from './read-tokenizer-json.js';

interface Golden {
  texts: string[];
  golden: Record<string, { size: number; ids: number[][]; decoded: string[] }>;
}

const folder = new URL('./testing/golden/', import.meta.url);
const { texts, golden } = JSON.parse(
  readFileSync(new URL('tokenizers.json', folder), 'utf8'),
) as Golden;

const pathOf = (name: string) =>
  name === 'shipped' ? SHIPPED_BPE : new URL(`${name}.tokenizer.json`, folder);

describe.each(Object.keys(golden))('the %s tokenizer', (name) => {
  const { tokenizer } = readTokenizerJson(name, pathOf(name));
  const expected = golden[name];

  // tools/golden/tokenizers.py: tokenizer.encode(text, add_special_tokens=False).ids
  it.each(texts.map((text, i) => [text.slice(0, 40), i] as const))(
    'gives the ids of the Python library: %j',
    (_text, i) => expect([...tokenizer.encode(texts[i])]).toEqual(expected.ids[i]),
  );

  // The same script: tokenizer.decode(ids, skip_special_tokens=False)
  it('decodes as the Python library', () => {
    const decoded = expected.ids.map((ids) => tokenizer.decode(ids));
    expect(decoded).toEqual(expected.decoded);
  });

  it('has ids below its size, and says which one stands for the unknown', () => {
    expect(tokenizer.size).toBe(expected.size);
    expect(Math.max(...expected.ids.flat())).toBeLessThan(tokenizer.size);
    const unknown = { bert: 1, unigram: 0, 'sentencepiece-bpe': 0 } as Record<string, number>;
    expect(tokenizer.unknown).toBe(unknown[name]);
  });
});

describe('readTokenizerJson', () => {
  const fileWith = (content: string) => {
    const own = mkdtempSync(join(tmpdir(), 'shaped-tokenizer-'));
    onTestFinished(() => rmSync(own, { recursive: true }));
    const path = join(own, 'tokenizer.json');
    writeFileSync(path, content);
    return path;
  };
  const refusal = (path: string) => usageFailureOf(() => readTokenizerJson(path, path));

  it('refuses what is no tokenizer, with what to do', () => {
    expect(refusal('/nowhere/tokenizer.json')).toMatch(/it does not exist\. Check the path/);
    expect(refusal(fileWith('hello'))).toMatch(
      /it is not JSON\. Save it with the tokenizers library/,
    );
    expect(refusal(fileWith('{"version": "1.0"}'))).toMatch(/JSON without a "model"/);
    expect(refusal(fileWith('[1]'))).toMatch(/JSON without a "model"/);
    expect(refusal(fileWith('{"model": {"type": "Magic"}}'))).toMatch(/cannot be used \(/);
  });

  it('has a hash that differs where the file does', () => {
    const text = readFileSync(pathOf('gpt2'), 'utf8');
    const [one, other] = [text, `${text} `].map(
      (content) => readTokenizerJson('x', fileWith(content)).sha256,
    );
    expect(one).not.toBe(other);
  });
});
