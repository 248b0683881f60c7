import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import * as sde from './index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [first, streaming, batches, ...rest] = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(
  ([, code]) => code,
);

/** What an example prints. */
async function printedBy(example: string): Promise<unknown[]> {
  const printed: unknown[] = [];
  const console = { log: (value: unknown) => printed.push(value) };
  await runInNewContext(`(async () => {${example}})()`, { ...sde, Float64Array, console });
  return printed;
}

test("the README's example runs and prints what the text says", async () => {
  const printed = await printedBy(first);
  const [limit, exact, comparison] = printed as [Float64Array, Float64Array, sde.KsResult];
  for (const row of [limit, exact]) {
    const said = [-0.17, 0.15, 0.67];
    row.forEach((value, i) => expect(Math.abs(value - said[i])).toBeLessThan(0.05));
  }
  expect(comparison.statistic).toBeGreaterThan(0);
  expect(comparison.detectable).toBeLessThan(0.07);
});

test('its example in batches prints what the text says', async () => {
  const [share] = (await printedBy(batches)) as [number];
  const said = Number(/prints a number near ([\d.]+)\./.exec(readme)?.[1]);
  // Four standard errors of a share of 2000 paths (alpha 1e-4), and half the last digit.
  expect(Math.abs(share - said)).toBeLessThan(4 * Math.sqrt((said * (1 - said)) / 2000) + 0.005);
  expect(rest).toEqual([]);
});

test('the streaming example runs and prints what the text says', async () => {
  const printed: number[] = [];
  const console = { log: (...values: number[]) => printed.push(...values) };
  await runInNewContext(`(async () => {${streaming}})()`, { ...sde, Float64Array, console });

  const [mean, error, quantile, stopped] = printed;
  expect(Math.abs(error - 0.004)).toBeLessThan(0.0005);
  expect(Math.abs(mean - 0.19)).toBeLessThan(5 * error);
  expect(Math.abs(quantile - 0.67)).toBeLessThan(0.05);
  expect(stopped).toBeLessThan(0.01);
});

test('every import that the README names exists', () => {
  const imports = /with (`[\s\S]*?) imported from/.exec(readme)?.[1] ?? '';
  const names = [...imports.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(names.length).toBe(8);
  for (const name of names) expect(sde).toHaveProperty(name);
});
