import { expect, test } from 'vitest';

/** tools/kernel/unroll.mjs, which has no types of its own. */
interface Unroller {
  unroll: (source: string) => string;
}
const TOOL = new URL('../../tools/kernel/unroll.mjs', import.meta.url).href;
const { unroll } = (await import(TOOL)) as Unroller;

const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');

test('a labelled loop is written out, its counter a number in names too', () => {
  const source = lines(
    'f();',
    '  unroll: for (let k = 1; k < 3; k++) {',
    '    sum$k0 = load(p, k * 16) + keep + key;',
    '  }',
    'g();',
  );
  const written = lines(
    'f();',
    '    sum10 = load(p, 1 * 16) + keep + key;',
    '    sum20 = load(p, 2 * 16) + keep + key;',
    'g();',
  );
  expect(unroll(source)).toBe(written);
  expect(unroll(written)).toBe(written);
});

test('bounds may name the counter of an outer loop, and a loop may be empty', () => {
  const source = lines(
    'unroll: for (let i = 0; i < 3; i++) {',
    '  unroll: for (let j = i + 1; j < 3; j++) {',
    '    x$i$j(i, j);',
    '  }',
    '}',
  );
  expect(unroll(source)).toBe(lines('    x01(0, 1);', '    x02(0, 2);', '    x12(1, 2);'));
});

test.each([
  ['unroll: for (let k = 0; k < m; k++) {\n}\n', /bounds of numbers, got .*k < m/],
  ['unroll: for (let k = 0; k < 2; k++) {\n  f(k);\n', /a brace below its loop/],
  ['unroll: while (true) {\n}\n', /got "unroll: while/],
  ['unroll: for (let k = 0; k <= 8; k++) {\n}\n', /got .*k <= 8/],
])('%j is refused', (source, message) => {
  expect(() => unroll(source)).toThrow(message);
});
