import {
  architecture,
  enoughSteps,
  moments,
  simulate,
  type ArchitectureOptions,
} from '@shaped/sde';
import { describe, expect, it } from 'vitest';
import { equicorrelated } from '../advise/fates.js';
import { EXIT, Failure } from '../failure.js';
import { cellStatistics } from './map-cell.js';
import { pathsABatch, simulateCell, type CellJob } from './simulate-cell.js';

const TOKENS = 4;

/** A cell of a small model, with steps as a map takes them. */
function job(model: Partial<ArchitectureOptions>, change: Partial<CellJob> = {}): CellJob {
  const arch = architecture({ tokens: TOKENS, width: 64, depth: 48, ...model });
  const time = arch.depth / arch.width;
  return {
    theory: 'sde',
    arch,
    time,
    ...enoughSteps(arch, time),
    starts: [equicorrelated(arch.tokens, 0.2)],
    seed: 5,
    paths: 120,
    stopAt: 1000,
    ...change,
  };
}

const statistics = async (own: CellJob) => cellStatistics(await simulateCell(own), 0.5);

// Laws known beforehand; 120 paths see a share of 0.9 with a standard error of 0.03.
describe('a cell', () => {
  // Of 20,000 other paths 95 % blow up.
  it('blows up at large γ and small τ0: the cubic drift wins', async () => {
    const cell = await statistics(job({ gamma: 0.5, tau0: 0.1 }));
    expect(cell).toMatchObject({ class: 'blowUp', decided: true });
    expect(cell.stopLayerMedian).toBeGreaterThan(0);
    expect(cell.stopLayerMedian).toBeLessThan(48);
  });

  // Of 20,000 other paths 0.2 % blow up: more than 5 of 120 do in less than one of 10⁶ samples.
  it('is healthy at the same γ and large τ0', async () => {
    const cell = await statistics(job({ gamma: 0.5, tau0: 2 }));
    expect(cell).toMatchObject({ class: 'healthy', decided: true });
    expect(cell.healthy).toBeGreaterThanOrEqual(1 - 5 / 120);
  });

  it('collapses at strongly negative c₋ and weak attention: the MLP aligns the tokens', async () => {
    const cell = await statistics(job({ gamma: 0.5, tau0: 5, cMinus: -40 }));
    expect(cell).toMatchObject({ class: 'collapse', decided: true });
    expect(cell.rhoMedian).toBeGreaterThan(0.99);
  });

  it('stays where it starts at γ = 0', async () => {
    const cell = await statistics(job({ gamma: 0 }));
    expect(cell).toMatchObject({ healthy: 1, healthyError: 0, stopLayerMedian: null });
    expect(cell.rhoMedian).toBeCloseTo(0.2, 12);
  });

  it('of the unshaped chain collapses, of the shaped chain does not', async () => {
    const chain = { theory: 'chain', paths: 40 } as const;
    const gamma = Math.SQRT1_2;
    const unshaped = await statistics(job({ block: 'unshaped', gamma, width: 32 }, chain));
    expect(unshaped).toMatchObject({ class: 'collapse', decided: true });
    const shaped = await statistics(job({ gamma: 0.35, width: 32 }, chain));
    expect(shaped).toMatchObject({ class: 'healthy', decided: true });
    expect(shaped.stopLayerMedian).toBeNull();
  });

  it('of the chain stops at whole layers', async () => {
    const { stoppedAt } = await simulateCell(
      job({ gamma: 0.9, width: 37 }, { theory: 'chain', paths: 30, stopAt: 2 }),
    );
    const layers = stoppedAt.filter(Number.isFinite);
    expect(layers.length).toBeGreaterThan(5);
    expect(layers.every(Number.isInteger)).toBe(true);
  });
});

describe('the paths of a cell', () => {
  it('are those of one simulation, in whatever batches', async () => {
    const paths = pathsABatch(TOKENS) + 9;
    const own = job({ gamma: 0.6 }, { paths, steps: 4, refines: 2, stopAt: 3 });
    const { rho, stoppedAt } = await simulateCell(own);
    const { arch, time, steps, refines, seed, stopAt, starts } = own;
    const whole = await simulate({
      ...{ arch, time, steps, refines, paths, seed, stopAt },
      V0: starts[0],
      recordAt: [steps],
    });
    expect([...stoppedAt]).toEqual([...whole.stoppedAt].map((at) => at * arch.width));
    const mean = (V: Float64Array) => {
      let sum = 0;
      for (let a = 0; a < TOKENS; a++) {
        for (let b = 0; b < a; b++) {
          const scale = Math.sqrt(V[a * TOKENS + a] * V[b * TOKENS + b]);
          sum += V[a * TOKENS + b] / scale / 6;
        }
      }
      return sum;
    };
    const size = TOKENS * TOKENS;
    for (const p of [0, 1, paths - 1]) {
      expect(rho[p]).toBeCloseTo(mean(whole.V.subarray(p * size, (p + 1) * size)), 12);
    }
  });

  it('take the starts in turn', async () => {
    const starts = [equicorrelated(TOKENS, 0.1), equicorrelated(TOKENS, 0.7)];
    const { rho } = await simulateCell(job({ gamma: 0 }, { starts, paths: 4 }));
    expect([...rho]).toEqual([0.1, 0.7, 0.1, 0.7].map((x) => expect.closeTo(x, 12) as number));
  });

  // Common noise: the same path of a neighbouring cell ends nearly alike, but for its step error.
  it.each([
    ['', 0.4, 0.42, 80, 0.2],
    [', which takes twice the steps', 0.78, 0.8, 160, 0.5],
  ])(
    'meet the same noise in a neighbouring cell%s, and another with another seed',
    async (_, gamma, next, steps, most) => {
      const cell = (own: number, change?: Partial<CellJob>) => job({ gamma: own }, change);
      expect([cell(gamma).steps, cell(next).steps]).toEqual([80, steps]);
      const rho = async (own: CellJob) => (await simulateCell(own)).rho;
      const own = await rho(cell(gamma));
      const spread = (values: Float64Array) => moments(values).standardDeviation;
      const difference = async (to: CellJob) => {
        const values = await rho(to);
        return spread(own.map((x, p) => x - values[p])) / spread(own);
      };
      expect(await difference(cell(next))).toBeLessThan(most);
      expect(await difference(cell(next, { refines: 20 }))).toBeGreaterThan(0.8);
      expect(await difference(cell(gamma, { seed: 6 }))).toBeGreaterThan(1);
    },
  );

  it('are dropped at an interruption', async () => {
    const signal = AbortSignal.abort(new Failure('Interrupted.', EXIT.interrupted));
    await expect(simulateCell(job({}), signal)).rejects.toThrow('Interrupted.');
  });
});
