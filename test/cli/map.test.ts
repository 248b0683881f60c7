import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { sets, TINY } from '../support/config.ts';
import { expectReadableOutput } from '../support/messages.ts';
import { damagedFiles, filesBelow, json, jsonl } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import { shaped, startShaped, type Started } from '../support/shaped.ts';

const at = scratch();

/** Enough cells to be interrupted among them, each of them small. */
const COLUMNS = 30;
const ROWS = 20;
const CELLS = COLUMNS * ROWS;

const mapArguments = (name: string, workers: number, ...more: string[]) => [
  ...['map', '-c', TINY, '-o', at(name), '--workers', String(workers)],
  ...['-x', `gamma:0.1:1:${COLUMNS}`, '-y', `tau0:0.2:2:${ROWS}:log`],
  ...['--paths', '16', '--steps', '40', ...more],
];

const numbers = (name: string) =>
  ['cells.jsonl', 'map.json'].map((file) => readFileSync(at(name, 'map', file), 'utf8'));

/** The cells that an interrupted map has kept. */
const kept = (name: string) => jsonl(at(name, 'map', 'cells.partial.jsonl')).length;

/** Waits until a map has written some of its cells, or has ended. */
async function underWay(name: string, { process: child }: Started): Promise<void> {
  const path = at(name, 'map', 'cells.partial.jsonl');
  const some = () => existsSync(path) && readFileSync(path, 'utf8').split('\n').length >= 5;
  while (child.exitCode === null && child.signalCode === null && !some()) {
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

let whole: string[];
beforeAll(async () => {
  const ended = await shaped(mapArguments('whole', 0));
  expect(ended.code, ended.stderr).toBe(0);
  expectReadableOutput(ended);
  whole = numbers('whole');
});

describe('shaped map', () => {
  test('leaves a complete run directory', () => {
    expect(filesBelow(at('whole')).map((path) => path.replace(/events.*/, 'events'))).toEqual([
      ...['config.yaml', 'manifest.json', 'map/cells.jsonl', 'map/map.json'],
      ...['results/map.jsonl', 'tensorboard/map/events'],
    ]);
    expect(damagedFiles(at('whole'))).toEqual([]);
    expect(jsonl(at('whole', 'map', 'cells.jsonl'))).toHaveLength(CELLS);
  });

  test('shows what is complete again, as text or JSON', async () => {
    const again = await shaped(['map', '-o', at('whole')]);
    expect([again.code, again.stderr]).toEqual([
      0,
      expect.stringContaining('map: complete already'),
    ]);
    expect(again.stdout).toMatch(/^phase diagram of shaped blocks \(SDE, 40 steps\): γ from 0\.1/);
    const asJson = await shaped(['map', '-o', at('whole'), '--json']);
    expect(JSON.parse(asJson.stdout)).toEqual(json(at('whole', 'map', 'map.json')));
  });

  test.each([1, 2])('gives the same bytes with --workers %i', async (workers) => {
    const name = `workers-${workers}`;
    const { code, stderr } = await shaped([...mapArguments(name, workers), '--quiet']);
    expect(code, stderr).toBe(0);
    expect(numbers(name)).toEqual(whole);
  });

  test.each([
    ['SIGINT', 130, 2],
    ['SIGTERM', 143, 0],
    ['SIGKILL', null, 2],
  ] as const)(
    'stopped by %s ends with %s, keeps its cells, and ends in the same bytes',
    async (signal, code, workers) => {
      const name = `stopped-${signal}`;
      const started = startShaped(mapArguments(name, workers));
      await underWay(name, started);
      started.process.kill(signal);
      const ended = await started.ended;
      expect(ended.code).toBe(code);
      expectReadableOutput(ended);
      expect(existsSync(at(name, 'map', 'map.json'))).toBe(false);
      const before = kept(name);
      expect(before).toBeGreaterThan(3);
      expect(before).toBeLessThan(CELLS);
      const again = await shaped(mapArguments(name, 1));
      expect(again.code, again.stderr).toBe(0);
      expect(numbers(name)).toEqual(whole);
      expect(damagedFiles(at(name))).toEqual([]);
    },
  );

  test('is made anew with other axes, in the same directory', async () => {
    const other = ['--paths', '16', '--steps', '4', '--workers', '0'];
    const axes = ['-x', 'cMinus:-3:0:3', '-y', 'ratio:0.1:1:3:log'];
    const first = await shaped(['map', '-c', TINY, '-o', at('other'), ...axes, ...other]);
    expect(first.code, first.stderr).toBe(0);
    const swapped = [...axes, '-x', 'gamma:0:1:3', '-y', 'ratio:0.1:1:2']; // the last counts
    const second = await shaped(['map', '-c', TINY, '-o', at('other'), ...swapped, ...other]);
    expect(second.code, second.stderr).toBe(0);
    expect(jsonl(at('other', 'map', 'cells.jsonl'))).toHaveLength(6);
  });

  test('has its figures in the report', async () => {
    const { code, stderr } = await shaped(['report', at('whole')]);
    expect(code, stderr).toBe(0);
    const page = readFileSync(at('whole', 'report.html'), 'utf8');
    for (const figure of [
      ...['phase-diagram', 'collapse-probability', 'blow-up-probability', 'map-correlation'],
    ]) {
      expect(page).toContain(`<figure id="${figure}"`);
    }
  });

  test('maps unshaped blocks by the chain, which collapse', async () => {
    const changes = { 'model.block': 'unshaped', 'model.depth': 100 };
    const args = ['-x', 'gamma:0.4:0.8:2', '-y', 'heads:1:2:2', '--theory', 'chain'];
    const { code, stdout, stderr } = await shaped([
      ...['map', '-c', TINY, '-o', at('chain'), '--paths', '16', '--workers', '0'],
      ...args,
      ...sets(changes),
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('collapse 100 %');
  });
});
