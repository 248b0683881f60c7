import { expect, it } from 'vitest';
import { Pace } from './pace.js';

/** The pace of units that end at these times. */
function paceOf(ends: readonly number[]): Pace {
  const pace = new Pace();
  ends.forEach((seconds, i) => pace.reach(i + 1, seconds));
  return pace;
}

it('is that since the start while little is done', () => {
  expect(new Pace().since(3)).toEqual({ units: 0, seconds: 3 });
  expect(paceOf([10, 10.1]).since(10.2)).toEqual({ units: 2, seconds: 10.2 });
});

it('forgets what the first units waited for', () => {
  // A graph is prepared for 60 s, then a unit takes a second.
  const ends = Array.from({ length: 40 }, (_, i) => 60 + i);
  expect(paceOf(ends).since(99)).toEqual({ units: 20, seconds: 20 });
  expect(paceOf(ends.slice(0, 15)).since(74)).toEqual({ units: 15, seconds: 74 });
});

it('tells the pace of long work, of which it keeps few marks', () => {
  const pace = new Pace();
  // 60 s, then 1,000 units a second.
  for (let done = 1; done <= 1e5; done++) pace.reach(done, 60 + done / 1000);
  const { units, seconds } = pace.since(160);
  expect(units / seconds).toBeCloseTo(1000, 6);
  expect(units).toBeGreaterThan(0.49e5);
  expect(units).toBeLessThan(0.52e5);
});

it('takes many units at once for what they are', () => {
  const pace = new Pace();
  pace.reach(100, 4);
  expect(pace.since(5)).toEqual({ units: 100, seconds: 5 });
  pace.reach(150, 7);
  expect(pace.since(7)).toEqual({ units: 50, seconds: 3 });
});
