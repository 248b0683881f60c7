import { describe, expect, it, test } from 'vitest';
import { cellStatistics, classify } from './map-cell.js';
import type { CellFates } from './simulate-cell.js';

/** Paths that end as the letters say: b blows up at layer 10, 20, …; c collapses; h is healthy. */
function fates(letters: string): CellFates {
  let blownUp = 0;
  const all = [...letters];
  return {
    rho: Float64Array.from(all, (letter) => (letter === 'h' ? 0.25 : 0.995)),
    stoppedAt: Float64Array.from(all, (letter) => (letter === 'b' ? 10 * ++blownUp : Infinity)),
    projected: Uint8Array.from(all, (letter) => (letter === 'b' ? 1 : 0)),
  };
}

describe('the statistics of a cell', () => {
  it('count every path once: blown up, collapsed or healthy, with the errors of shares', () => {
    const cell = cellStatistics(fates('bbbcchhhhh'), 0.5);
    expect(cell).toMatchObject({ blowUp: 0.3, collapse: 0.2, healthy: 0.5 });
    expect(cell.blowUpError).toBeCloseTo(Math.sqrt((0.3 * 0.7) / 10), 12);
    expect(cell.collapseError).toBeCloseTo(Math.sqrt((0.2 * 0.8) / 10), 12);
    expect(cell.healthyError).toBeCloseTo(Math.sqrt(0.025), 12);
    expect(cell.stopLayerMedian).toBe(20);
  });

  it('take correlation and projections from the paths that reached T alone', () => {
    expect(cellStatistics(fates('bbbbbbch'), 0.5)).toMatchObject({
      rhoMedian: (0.995 + 0.25) / 2,
      projected: 0,
    });
    const projected = { ...fates('chhh'), projected: Uint8Array.of(1, 0, 0, 0) };
    expect(cellStatistics(projected, 0.5).projected).toBe(0.25);
  });

  it('have no median of what did not happen', () => {
    expect(cellStatistics(fates('bbbb'), 0.5)).toMatchObject({ rhoMedian: null, projected: 0 });
    expect(cellStatistics(fates('hhcc'), 0.5)).toMatchObject({ stopLayerMedian: null });
  });

  it('call a path collapsed above 0.99 only', () => {
    const at = { ...fates('hh'), rho: Float64Array.of(0.99, 0.9900001) };
    expect(cellStatistics(at, 0.5).collapse).toBe(0.5);
  });
});

describe('the class of a cell', () => {
  const of = (collapsed: number, blownUp: number, mostFailing = 0.5, paths = 1000) =>
    classify({ collapsed, blownUp, paths }, mostFailing);

  // Without blow-ups, a median above 0.99 and a majority of collapsed paths are the same.
  it('is healthy up to the share of failures allowed, else the more frequent failure', () => {
    expect(of(0, 0)).toEqual({ class: 'healthy', decided: true });
    expect(of(400, 40)).toEqual({ class: 'healthy', decided: true });
    expect(of(900, 0)).toEqual({ class: 'collapse', decided: true });
    expect(of(50, 800)).toEqual({ class: 'blowUp', decided: true });
    expect(of(400, 300)).toEqual({ class: 'collapse', decided: true });
    expect(of(40, 60, 0.05)).toMatchObject({ class: 'blowUp' });
  });

  it('is undecided where the interval of the failures holds the border', () => {
    expect(of(0, 500)).toEqual({ class: 'healthy', decided: false });
    expect(of(0, 501)).toEqual({ class: 'blowUp', decided: false });
    // The exact 95 % interval of 470 in 1,000 is 0.439 to 0.501, that of 468 is 0.437 to 0.499.
    expect(of(0, 470).decided).toBe(false);
    expect(of(0, 468).decided).toBe(true);
  });

  it('is undecided where two failures are as frequent', () => {
    expect(of(450, 450).decided).toBe(false);
    // The difference has the standard error √((0.9 − 0.06²)/1000) = 0.0299.
    expect(of(478, 422)).toEqual({ class: 'collapse', decided: false });
    expect(of(480, 420)).toEqual({ class: 'collapse', decided: true });
  });

  it('is not decided by few paths', () => {
    expect(of(0, 0, 0.1, 16)).toEqual({ class: 'healthy', decided: false });
    expect(of(0, 0, 0.5, 16)).toEqual({ class: 'healthy', decided: true });
  });
});

test('a cell on the border is called decided as rarely as the confidence says', () => {
  // Exact: P(decided) of binomial(200, 1/2), summed over all outcomes.
  const paths = 200;
  let [weight, decided] = [2 ** -paths, 0];
  for (let count = 0; count <= paths; count++) {
    if (classify({ collapsed: 0, blownUp: count, paths }, 0.5).decided) decided += weight;
    weight *= (paths - count) / (count + 1);
  }
  expect(decided).toBeLessThan(0.05);
  expect(decided).toBeGreaterThan(0.02);
});
