import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { writeMap } from '../map/map-files.js';
import { fixtureMap } from '../map/testing/fixture-map.js';
import { heatMap, readRun } from '../tensorboard/index.js';
import { tinyRun } from '../testing/tiny-run.js';
import { classImage, logMap } from './log-map.js';

const now = () => 1700000000000;

function logged() {
  const { run, config } = tinyRun();
  const map = fixtureMap(config);
  writeMap(run, map);
  logMap(run, { now });
  return { run, map, values: readRun(run.path('tensorboard', 'map')) };
}

test('the probabilities are images with the largest y at the top', () => {
  const { map, values } = logged();
  for (const key of ['collapse', 'blowUp', 'healthy'] as const) {
    const [value] = values.filter(({ tag }) => tag === `map/${key}`);
    const columns = map.record.x.values.length;
    const rows = map.record.y.values.length;
    const upward = Array.from({ length: rows }, (_, i) =>
      map.cells.filter(({ row }) => row === rows - 1 - i).map((cell) => cell[key]),
    );
    const expected = heatMap({
      ...{ values: upward.flat(), rows, columns },
      ...{ scale: 'sequential', range: [0, 1] },
    });
    expect(value.content.strings.slice(2).map((png) => [...png])).toEqual([[...expected.png]]);
    expect(value.step).toBe(0);
  }
});

test('the classes are a picture in which what is undecided is hatched', () => {
  const { map } = logged();
  const { width, height, png } = classImage(map);
  const { data } = decode(png);
  const columns = map.record.x.values.length;
  const side = width / columns;
  expect(side).toBe(32);
  const at = (x: number, y: number) => [
    ...data.slice(3 * (y * width + x), 3 * (y * width + x) + 3),
  ];
  const colours = { healthy: [211, 236, 223], collapse: [0, 114, 178], blowUp: [230, 159, 0] };
  for (const cell of map.cells) {
    const [left, bottom] = [cell.column * side, height - 1 - cell.row * side];
    expect(at(left + 3, bottom - 1)).toEqual(colours[cell.class]);
    const hatched = at(left, bottom)[0] === 28;
    expect(hatched).toBe(!cell.decided);
  }
});

test('axes and summary are told in words, and a second call replaces the first', () => {
  const { run, values } = logged();
  const tags = values.map(({ tag }) => tag).sort();
  expect(tags).toEqual(['map/blowUp', 'map/class', 'map/collapse', 'map/healthy', 'map/summary']);
  const [summary] = values.filter(({ tag }) => tag === 'map/summary');
  const text = new TextDecoder().decode(summary.content.strings[0]);
  expect(text).toMatch(/phase diagram of shaped blocks \(SDE, 100 steps\)/);
  const [image] = values.filter(({ tag }) => tag === 'map/class');
  expect(image.description).toMatch(
    /^Left to right: branch weight γ, γ from 0\.1 to 1\. Bottom to top: .*τ₀ from 0\.2 to 2\.\n\nPale green: healthy/,
  );
  logMap(run, { now });
  expect(readRun(run.path('tensorboard', 'map')).length).toBe(values.length);
});
