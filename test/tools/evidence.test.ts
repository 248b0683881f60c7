import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/repository.ts';

interface Measurement {
  formula: string;
  wrong?: string;
  deviation: number | 'infinite';
  limit: number;
  unit: string;
  file: string;
}

/** A module of the command, which has no types of its own. */
const module = async <T>(name: string) =>
  (await import(new URL(`../../tools/evidence/${name}.mjs`, import.meta.url).href)) as T;

const formulas = async () =>
  (await module<{ FORMULAS: { key: string; title: string }[] }>('formulas')).FORMULAS;
const tableOf = async (measurements: Measurement[]) =>
  (await module<{ table: (of: Measurement[]) => string }>('table')).table(measurements);

const z = { unit: 'standard errors', limit: 4.7, file: 'model/a.test.ts' };

/** One right and one wrong measurement of every formula. */
const least = async (): Promise<Measurement[]> =>
  (await formulas()).flatMap(({ key }) => [
    { ...z, formula: key, deviation: 1.23 },
    { ...z, formula: key, wrong: 'sign turned', deviation: 190 },
  ]);

describe('the table of evidence', () => {
  test('has the largest deviation and the closest wrong formula, and lists all of those', async () => {
    const key = 'gains';
    const text = await tableOf([
      ...(await least()),
      { ...z, formula: key, deviation: 2.5 },
      { ...z, formula: key, wrong: 'a 1 % off', deviation: 5.1, file: 'chain/b.test.ts' },
      { ...z, formula: key, wrong: 'nothing', deviation: 'infinite' },
      { formula: key, deviation: 3e-16, limit: 1e-12, unit: 'relative', file: z.file },
      { formula: key, wrong: 'half', deviation: 41, limit: 4, unit: '−log₁₀ p', file: z.file },
    ]);
    const row = text.split('\n').find((line) => line.startsWith('| gains'));
    expect(row?.split(' | ').slice(2)).toEqual([
      '`model/a.test.ts`, `chain/b.test.ts`',
      '2.5 se (4.7 allowed), 2 comparisons; 3·10⁻¹⁶ (10⁻¹² allowed), 1 comparison',
      'a 1 % off: 5.1 se (4.7 allowed); half: p = 10⁻⁴¹ (level 10⁻⁴) |',
    ]);
    expect(text).toContain(
      'sign turned: 190 se (4.7 allowed); a 1 % off: 5.1 se (4.7 allowed); no',
    );
    expect(text).toContain('nothing: ∞ se');
  });

  test('refuses a formula that is not measured, and a measurement of none', async () => {
    const all = await least();
    await expect(tableOf(all.slice(1))).rejects.toThrow(
      /to be measured right and wrong, got 0 and 1/,
    );
    const stray = { ...z, formula: 'stray', deviation: 0 };
    await expect(tableOf([...all, stray])).rejects.toThrow(/got "stray" in model\/a.test.ts/);
  });

  test('stands in docs/theory.md, with a row a formula', async () => {
    const page = readFileSync(`${ROOT}docs/theory.md`, 'utf8');
    const from = page.indexOf('<!-- evidence:begin -->');
    const rows = page.slice(from, page.indexOf('<!-- evidence:end -->')).split('\n');
    for (const { title } of await formulas()) {
      expect(rows.filter((row) => row.startsWith(`| ${title} (`))).toHaveLength(1);
      expect(rows.filter((row) => row.startsWith(`- _${title}_.`))).toHaveLength(1);
    }
  });
});
