import { describe, expect, test } from 'vitest';
import { PAPER, type ExplorerState } from './explorer-state.ts';
import { FirstPaths } from './first-paths.ts';
import { formatShare } from './format.ts';
import { SLIDERS } from './parameters.ts';
import { runSimulation, TIME_LIMIT, type Progress } from './run-simulation.ts';
import { simulationPlan } from './simulation-plan.ts';

const FEW: ExplorerState = { ...PAPER, paths: 256 };

/** A clock that goes on by a step each time that it is read. */
function clock(step: number): () => number {
  let time = 0;
  return () => (time += step);
}

async function pictures(
  state: ExplorerState,
  now: () => number,
  firstPaths = new FirstPaths(),
): Promise<Progress[]> {
  const found: Progress[] = [];
  const { signal } = new AbortController();
  for await (const progress of runSimulation(state, { signal, now, firstPaths })) {
    found.push(progress);
  }
  return found;
}

describe('a simulation', () => {
  test('records whole steps, whatever the sliders say', () => {
    for (const gamma of [SLIDERS.gamma.min, 0.37, SLIDERS.gamma.max]) {
      for (const tokens of [SLIDERS.tokens.min, SLIDERS.tokens.max]) {
        const { steps, recordAt } = simulationPlan({ ...FEW, gamma, tokens });
        expect(recordAt?.at(-1)).toBe(steps);
        expect(recordAt?.every(Number.isInteger)).toBe(true);
      }
    }
  });

  test('shows a coarse picture first, and ends with all paths', async () => {
    const found = await pictures(FEW, clock(1));
    expect(found[0].snapshot.paths).toBe(new FirstPaths().of(FEW.tokens, 80));
    expect(found[0].ending).toBeUndefined();
    expect(found.at(-1)).toMatchObject({ ending: 'complete', snapshot: { paths: 256 }, steps: 80 });
  });

  test('ends with the same picture whatever was shown before', async () => {
    const taught = new FirstPaths();
    for (let i = 0; i < 3; i++) taught.took(FEW.tokens, 80, 1);
    const [coarse, fine] = [await pictures(FEW, clock(1)), await pictures(FEW, clock(1), taught)];
    expect(fine[0].snapshot.paths).toBeGreaterThan(coarse[0].snapshot.paths);
    expect(fine.at(-1)).toEqual(coarse.at(-1));
  });

  test('keeps its random numbers when a slider moves', async () => {
    const end = async (state: ExplorerState) =>
      (await pictures(state, clock(1))).at(-1)?.snapshot.rho[2].at(-1) ?? NaN;
    const median = await end(FEW);
    const moved = Math.abs((await end({ ...FEW, gamma: FEW.gamma + 1e-4 })) - median);
    const reseeded = Math.abs((await end({ ...FEW, seed: 1 })) - median);
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(0.02 * reseeded);
  });

  test('ends when its time is over', async () => {
    const found = await pictures({ ...FEW, paths: 16384 }, clock(TIME_LIMIT));
    expect(found.at(-1)?.ending).toBe('outOfTime');
    expect(found.at(-1)?.snapshot.paths).toBeLessThan(16384);
  });

  test('ends when it is aborted, with nothing more to show', async () => {
    const controller = new AbortController();
    const surroundings = { now: clock(1), firstPaths: new FirstPaths(), signal: controller.signal };
    const simulation = runSimulation({ ...PAPER, tokens: 32, gamma: 1 }, surroundings);
    const first = simulation.next();
    setTimeout(() => controller.abort(new Error('the slider moved')), 20);
    await expect(first).rejects.toThrow('the slider moved');
  });

  test('is refused, in words, where there is no architecture', async () => {
    await expect(pictures({ ...FEW, gamma: 2 }, clock(1))).rejects.toThrow(
      /expected gamma to be in \[0, 1\]/,
    );
    await expect(pictures({ ...FEW, startRho: -0.9 }, clock(1))).rejects.toThrow(
      /positive semidefinite/,
    );
  });
});

/** Both ends of every slider but the number of tokens, which would take long. */
const CORNERS = (['gamma', 'tau0', 'cMinus', 'ratio', 'startRho'] as const).reduce<ExplorerState[]>(
  (states, name) =>
    states.flatMap((state) => [
      { ...state, [name]: SLIDERS[name].min },
      { ...state, [name]: SLIDERS[name].max },
    ]),
  [
    { ...FEW, tokens: 2 },
    { ...FEW, tokens: 3, mask: 'causal' },
  ],
);

test('at no end of the sliders is there a number that is none', async () => {
  for (const state of CORNERS) {
    const signal = new AbortController().signal;
    const surroundings = { signal, now: clock(1), firstPaths: new FirstPaths() };
    const { value } = await runSimulation(state, surroundings).next();
    const { snapshot } = value as Progress;
    const shown = [...snapshot.rho, ...snapshot.logVariance].flatMap((law) => [...law]);
    expect(shown.every(Number.isFinite), JSON.stringify(state)).toBe(true);
    expect(formatShare(snapshot.blownUp) + formatShare(snapshot.collapsed)).not.toMatch(/NaN|–/);
  }
});
