import { appendFileSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT, Failure } from '../failure.js';
import { usageFailureOf } from '../testing/usage-failure-of.js';
import { tinyRun, type Changes, type TinyRun } from '../testing/tiny-run.js';
import { hasMap, PartialMap, readMap } from './map-files.js';
import { mapPlan } from './map-plan.js';
import { checkMemory, runMap } from './run-map.js';

const MAP = { x: 'gamma:0.2:1:4', y: 'tau0:0.2:2:3', paths: 16, steps: 8, stopAt: 20 };

const tiny = (map: object = {}, changes: Changes = {}) =>
  tinyRun({ model: { tokens: 3, width: 32, depth: 6 }, ...changes, map: { ...MAP, ...map } });

/** The bytes of a finished map. */
function bytes({ run }: TinyRun): string[] {
  expect(readdirSync(run.path('map')).sort()).toEqual(['cells.jsonl', 'map.json']);
  return ['cells.jsonl', 'map.json'].map((name) => readFileSync(run.path('map', name), 'utf8'));
}

/** A map that is interrupted after so many cells. */
async function interrupted(cells: number): Promise<TinyRun> {
  const context = tiny();
  let done = 0;
  context.onAdvance = () => {
    if (++done === cells) context.controller.abort(new Failure('Interrupted.', EXIT.interrupted));
  };
  await expect(runMap(context)).rejects.toMatchObject({ exitCode: EXIT.interrupted });
  expect(hasMap(context.run)).toBe(false);
  return context;
}

/** The same run again, with a signal that nobody aborted. */
const resumed = (context: TinyRun): TinyRun => ({
  ...context,
  signal: new AbortController().signal,
});

describe('a map', () => {
  it('holds its cells in grid order and says how they were made', async () => {
    const context = tiny();
    await runMap(context);
    const { record, cells } = readMap(context.run);
    expect(cells.map(({ row, column }) => [row, column])).toEqual(
      [0, 1, 2].flatMap((row) => [0, 1, 2, 3].map((column) => [row, column])),
    );
    for (const { row, column, x, y, collapse, blowUp, healthy } of cells) {
      expect([x, y]).toEqual([record.x.values[column], record.y.values[row]]);
      expect(collapse + blowUp + healthy).toBeCloseTo(1, 12);
      // A share of 16 paths.
      for (const share of [collapse, blowUp, healthy]) expect((16 * share) % 1).toBe(0);
    }
    expect(record).toMatchObject({
      theory: 'sde',
      arch: { tokens: 3, width: 32, depth: 6 },
      paths: 16,
      steps: 8,
      stopAt: 20,
      startRho: 0.2,
      collapsedAbove: 0.99,
      mostFailing: 0.5,
      summary: { own: { x: 0.5, y: 0.7, column: 1, row: 1 } },
    });
    expect(cells.some(({ blowUp }) => blowUp > 0)).toBe(true);
    expect(context.begun).toEqual(['cells']);
  });

  it('solves every cell with as many steps as it needs', async () => {
    const context = tiny(
      { steps: undefined, x: 'depth:8:256:3' },
      { model: { tokens: 3, width: 32 } },
    );
    await runMap(context);
    // T = 8 at γ = 1/2: 8 · 4γ² · 3/0.08 = 300 are wanted.
    expect(readMap(context.run).record).toMatchObject({ steps: 320, fewestSteps: 80 });
    expect(context.said.at(-1)).toMatch(/SDE, 80 to 320 steps/);
  });

  it('is told in a few lines, and as its record to programs', async () => {
    const context = tiny();
    await runMap(context);
    const text = context.said.at(-1) ?? '';
    expect(text).toMatch(
      /^phase diagram of shaped blocks \(SDE, 8 steps\): γ from 0\.2 to 1, τ₀ from 0\.2 to 2; 4 × 3 cells of 16 paths\ncells: healthy [\d.]+ %, collapse 0 %, blow-up [\d.]+ %; undecided [\d.]+ %\nat τ₀ = 1\.1: .*\nat γ = 0\.467: .*\nthe configuration’s own cell: healthy 100 % \(above 82\.9 %\), collapse 0 % \(below 17\.1 %\), .*; median ρ \d/,
    );
    expect(context.data.at(-1)).toEqual(readMap(context.run).record);
  });

  it('is kept when complete, and comes again in the same bytes', async () => {
    const [context, other] = [tiny(), tiny()];
    await runMap(context);
    const { mtimeMs } = statSync(context.run.path('map', 'cells.jsonl'));
    await runMap(context);
    expect(statSync(context.run.path('map', 'cells.jsonl')).mtimeMs).toBe(mtimeMs);
    expect(context.begun).toEqual(['cells']);
    await runMap(other);
    expect(bytes(other)).toEqual(bytes(context));
    const seed = tiny({}, { seed: 18 });
    await runMap(seed);
    expect(bytes(seed)[0]).not.toBe(bytes(context)[0]);
  });

  it('of the chain covers blocks without SDE, and V0 of the text', async () => {
    const context = tiny(
      { theory: 'chain', steps: undefined, start: 'text', x: 'tokens:2:4:3', y: 'heads:1:4:3:log' },
      { model: { tokens: 3, width: 32, depth: 4, block: 'unshaped' } },
    );
    await runMap(context);
    const { record, cells } = readMap(context.run);
    expect(record).toMatchObject({ theory: 'chain', steps: null, startRho: null });
    expect(record.y.values).toEqual([1, 2, 4]);
    expect(cells).toHaveLength(9);
  });

  it('warns where its steps are too long', async () => {
    const context = tiny({ steps: 1, stopAt: 1e6 });
    await runMap(context);
    expect(context.said[0]).toMatch(
      /^map: in \d+ of 12 cells that do not blow up most paths left the cone.*Set map\.steps, to more than 1\./,
    );
  });
});

describe('an interrupted map', () => {
  it('keeps every cell that was done, and ends in the bytes of an uninterrupted one', async () => {
    const whole = tiny();
    await runMap(whole);
    const context = await interrupted(5);
    const kept = readFileSync(context.run.path('map', 'cells.partial.jsonl'), 'utf8');
    expect(kept.split('\n')).toHaveLength(6);
    let worked = 0;
    context.onAdvance = () => void worked++;
    const again = resumed(context);
    await runMap(again);
    // The cells that were found are told at once.
    expect(worked).toBe(1 + 12 - 5);
    expect(bytes(again)).toEqual(bytes(whole));
  });

  it('goes on from a last line that a crash cut short', async () => {
    const whole = tiny();
    await runMap(whole);
    const context = await interrupted(3);
    appendFileSync(context.run.path('map', 'cells.partial.jsonl'), '{"row":1,"col');
    await runMap(resumed(context));
    expect(bytes(context)).toEqual(bytes(whole));
  });

  it('leaves out cells of another grid', async () => {
    const whole = tiny();
    await runMap(whole);
    const context = await interrupted(3);
    const partial = new PartialMap(context.run);
    const [cell] = partial.found;
    for (const wrong of [{ x: 7 }, { row: 9 }, { column: -1, row: 0 }, { column: 1.5 }]) {
      partial.append({ ...cell, ...wrong, healthy: 0.123 });
    }
    partial.close();
    await runMap(resumed(context));
    expect(bytes(context)).toEqual(bytes(whole));
    expect(existsSync(context.run.path('map', 'cells.partial.jsonl'))).toBe(false);
  });
});

describe('the memory of a map', () => {
  it('is refused beyond half of the machine’s, with what to do', () => {
    const plan = mapPlan(tiny().config);
    expect(() => checkMemory(plan, 2, 2 ** 30)).not.toThrow();
    const last = (arch: object, job: object = {}) => ({
      cells: 2,
      job: (cell: number) => {
        const own = plan.job(cell);
        return cell === 1 ? { ...own, ...job, arch: { ...own.arch, ...arch } } : own;
      },
    });
    const refused = (large: ReturnType<typeof last>) =>
      usageFailureOf(() => checkMemory(large, 2, 2 ** 33));
    expect(refused(last({ tokens: 4096 }))).toMatch(
      /^expected work that fits into 4 GiB .*got 4096 tokens, width 32 and 16 paths on 2 threads, which take 6\.3 GiB\. Take fewer tokens, paths or --workers\.$/,
    );
    expect(refused(last({}, { paths: 10 ** 11 }))).toMatch(/100000000000 paths on 2 threads/);
    // The SDE draws nothing of the width; the chain does.
    const wide = { width: 10 ** 9 };
    expect(() => checkMemory(last(wide), 2, 2 ** 33)).not.toThrow();
    expect(refused(last(wide, { theory: 'chain' }))).toMatch(/width 1000000000 .*take 67 GiB/);
  });
});
