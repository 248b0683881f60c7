import { foldIn, keyFromSeed } from '@shaped/random';
import { describe, expect, test } from 'vitest';
import type { SdeTask } from '../engine/task.js';
import { architecture, type ArchitectureOptions } from '../model/architecture.js';
import {
  DECAYING_CONDITION,
  decayingCovariance,
  relativeDifference,
} from '../testing/engine-twins.js';
import { withKernel } from './kernel-instance.js';
import { eulerParameters } from './kernel-parameters.js';
import { LANES, readLane, writeLane } from './lanes.js';
import { maskKind, writeMask } from './mask-kind.js';
import { tileWords } from './run-tiles.js';

const TOKENS = 8;
const STEPS = 5;
const DT = 1 / 64;

/** Rounding of ten products and factors a step, each of eight roundings that add up like a root. */
const ROUNDING = STEPS * 10 * DECAYING_CONDITION * Math.sqrt(TOKENS) * 2 ** -52;

const MODELS: Record<string, Partial<ArchitectureOptions>> = {
  'whole layers': {},
  'attention alone': { activation: 'none' },
  'four heads with output projection': { heads: 4, outputProjection: true, cPlus: 0.7 },
  'MLP alone': { attention: 'none' },
  tanh: { activation: 'shapedSmooth' },
  'gains off one': { gamma1Shift: 1, gamma2Shift: -2 },
};

/** V of a tile's paths after some steps, by the code for eight tokens or by that for any number. */
function run(changes: Partial<ArchitectureOptions>, general: boolean, starts: Float64Array[]) {
  const arch = architecture({
    ...{ tokens: TOKENS, width: 64, depth: STEPS, gamma: 0.4, tau0: 0.5 },
    ...changes,
  });
  return withKernel((kernel) => {
    const { exports } = kernel;
    expect(exports.setUpEulerMaruyama(TOKENS, maskKind(arch), STEPS, 0, Number(general))).toBe(1);
    writeMask(kernel, arch);
    const task = { arch, dt: DT, stopAt: Infinity } as SdeTask;
    kernel.doubles().set(eulerParameters(task), exports.parametersAt() / 8);
    exports.setKey(...foldIn(keyFromSeed(3), 'eight tokens'));
    exports.setTile(...tileWords(6));
    starts.forEach((V0, lane) => writeLane(kernel, exports.stateAt(), lane, TOKENS, V0));
    exports.beginEuler();
    expect(exports.startPaths(15)).toBe(15);
    expect(exports.runEuler(0, STEPS)).toBe(STEPS);
    const paths = starts.map((_, lane) => {
      const V = new Float64Array(TOKENS ** 2);
      readLane(kernel, exports.stateAt(), lane, TOKENS, V);
      return V;
    });
    return Promise.resolve(paths);
  });
}

const regular = (lane: number) => decayingCovariance(TOKENS).map((v) => v * (1 + lane / 8));
const tile = (of: (lane: number) => Float64Array) => Array.from({ length: LANES }, (_, l) => of(l));

describe.each(Object.entries(MODELS))('eight tokens, %s', (_, changes) => {
  test('by code of their own differ by rounding from those by the general one', async () => {
    const own = await run(changes, false, tile(regular));
    const general = await run(changes, true, tile(regular));
    own.forEach((V, lane) => {
      expect(relativeDifference(V, general[lane])).toBeLessThan(ROUNDING);
      V.forEach((v, i) => expect(v).toBe(V[(i % TOKENS) * TOKENS + Math.floor(i / TOKENS)]));
    });
    const other = await run({ ...changes, gamma: 0.4 + 1e-9 }, true, tile(regular));
    expect(relativeDifference(own[0], other[0])).toBeGreaterThan(ROUNDING);
  });

  test('have the same bits beside a path whose tokens depend on each other', async () => {
    // Where one factor has a zero pivot the general code factors all four.
    const equal = new Float64Array(TOKENS ** 2).fill(1);
    const alone = await run(changes, false, tile(regular));
    for (const singular of [0, 1, 3]) {
      const beside = await run(
        changes,
        false,
        tile((lane) => (lane === singular ? equal : regular(lane))),
      );
      beside.forEach((V, lane) => {
        if (lane !== singular) expect(V).toEqual(alone[lane]);
      });
      // Equal tokens stay equal.
      expect(new Set(beside[singular].map((v) => Math.round(v * 2 ** 20))).size).toBe(1);
    }
  });
});

test('the code of their own is used where there is some', async () => {
  const differs = async (changes: Partial<ArchitectureOptions>) => {
    const [own, general] = [false, true].map((how) => run(changes, how, tile(regular)));
    return relativeDifference((await own)[0], (await general)[0]) > 0;
  };
  expect(await differs(MODELS['whole layers'])).toBe(true);
  expect(await differs(MODELS['MLP alone'])).toBe(false);
});
