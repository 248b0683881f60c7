import { describe, expect, it } from 'vitest';
import { lineEnds, numberedLines, trimmed } from './document-text.js';
import { TextCheck } from './text-check.js';

/** A text in parts of `size` code units. */
const parts = (text: string, size: number) =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    text.slice(i * size, (i + 1) * size),
  );
const SIZES = [1, 2, 3, 5, 1000];

describe.each(SIZES)('in parts of %i', (size) => {
  it('line ends become \\n, also where a part ends between two characters of one', () => {
    const text = 'a\r\nb\r\r\nc\rd\n\r\n\r';
    expect([...lineEnds(parts(text, size))].join('')).toBe(text.replaceAll('\r\n', '\n'));
  });

  it('space at start and end goes, and space between stays', () => {
    for (const text of ['  a  b\n\n c ', 'a', ' \n ', '', '\u00a0x\u3000y\ufeff']) {
      const found = [...trimmed(parts(text, size))];
      expect(found.join('')).toBe(text.trim());
      expect(found).not.toContain('');
    }
  });

  it('lines have their numbers', () => {
    const text = 'one\n\nthree\nfour';
    expect([...numberedLines(parts(text, size), 100)]).toEqual([
      { line: 'one', number: 1 },
      { line: '', number: 2 },
      { line: 'three', number: 3 },
      { line: 'four', number: 4 },
    ]);
  });
});

it('a line that is too long ends the reading', () => {
  expect([...numberedLines(parts('ab\nabcdefgh', 2), 5)]).toEqual([
    { line: 'ab', number: 1 },
    { tooLong: 2 },
  ]);
});

describe('TextCheck', () => {
  const WORLDLY = 'naïve — 漢字 😀 e\u0301\ufeff';

  const problemOf = (bytes: Uint8Array, size: number) => {
    const check = new TextCheck();
    for (let at = 0; at < bytes.length; at += size) {
      const problem = check.add(bytes.subarray(at, at + size));
      if (problem !== undefined) return problem;
    }
    return check.end();
  };

  it.each(SIZES)('accepts UTF-8 in chunks of %i bytes', (size) => {
    expect(problemOf(Buffer.from(WORLDLY), size)).toBeUndefined();
    expect(problemOf(new Uint8Array(0), size)).toBeUndefined();
  });

  it.each(SIZES)('accepts it from a buffer of %i bytes that is filled again and again', (size) => {
    const bytes = Buffer.from(WORLDLY);
    const buffer = Buffer.alloc(size);
    const check = new TextCheck();
    for (let at = 0; at < bytes.length; at += size) {
      const copied = bytes.copy(buffer, 0, at, at + size);
      expect(check.add(buffer.subarray(0, copied))).toBeUndefined();
    }
    expect(check.end()).toBeUndefined();
  });

  it.each(SIZES)('finds what is not UTF-8 in chunks of %i bytes', (size) => {
    const wrong = [
      [0x61, 0xe9],
      [0x61, 0xe9, 0x62, 0x63, 0x64],
      [0xc3],
      [0xf0, 0x9f, 0x98],
      [0x80],
      [0xed, 0xa0, 0x80], // half of a surrogate pair
      [0xc0, 0xaf], // an overlong form
      [0xf8, 0x88, 0x80, 0x80, 0x80],
    ];
    for (const bytes of wrong) expect(problemOf(Uint8Array.from(bytes), size)).toMatch(/not UTF-8/);
    expect(problemOf(Uint8Array.from([65, 66, 67, 0]), size)).toMatch(/NUL byte at offset 3/);
  });
});
