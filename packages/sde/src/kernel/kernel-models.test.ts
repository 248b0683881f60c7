import { keyFromSeed, Stream } from '@shaped/random';
import { expect, test, vi } from 'vitest';
import { CONE_TOLERANCE } from '../solver/euler-maruyama.js';
import {
  architecture,
  type Architecture,
  type ArchitectureOptions,
} from '../model/architecture.js';
import {
  decayingCovariance,
  KINDS,
  relativeDifference,
  simulateKind,
  twins,
  type Kind,
} from '../testing/engine-twins.js';

const rounding = vi.hoisted(() => ({ shaken: false, seed: 1 }));

/** While `shaken`, the reference factors each matrix with its entries off by a last bit, at random. */
vi.mock('../covariance/cholesky.js', async (original) => {
  const exact = await original<typeof import('../covariance/cholesky.js')>();
  const cholesky: typeof exact.cholesky = (V, m, L) => {
    if (!rounding.shaken) return exact.cholesky(V, m, L);
    const W = V.slice();
    for (let a = 0; a < m; a++) {
      for (let b = 0; b <= a; b++) {
        rounding.seed = (Math.imul(rounding.seed, 1664525) + 1013904223) >>> 0;
        W[a * m + b] *= 1 + (rounding.seed / 2 ** 32 - 0.5) * 2 ** -51;
        W[b * m + a] = W[a * m + b];
      }
    }
    return exact.cholesky(W, m, L);
  };
  return { ...exact, cholesky };
});

const MODELS = 250;
const STEPS = 3;
/** Shaken runs a model. */
const SHAKES = 3;

/**
 * The kernel may differ from the reference by this many times what a last bit before each factor makes
 * of the reference itself: some ten products lie between two factors, and the largest of three shakes
 * may fall short of the worst tenfold.
 */
const SHARE = 100;

/** Where nothing is shaken: the sums and products of a step by themselves. */
const BESIDE_FACTORS = STEPS * 10 * 40 * 2 ** -52;

const stream = new Stream(keyFromSeed(2306));
const pick = <T>(...list: readonly T[]): T => list[stream.integer(list.length)];
const maybe = <T extends object>(part: T): T | object => (stream.uniform() < 0.4 ? part : {});

/** An architecture with every choice at random, small widths and degenerate slopes included. */
function randomOptions(): ArchitectureOptions {
  const m = pick(1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 31, 33);
  const width = Math.max(m, pick(m, m + 1, 2 * m - 1, 2 * m, 2 * m + 1, 3 * m, 24, 36, 60));
  const divisors = Array.from({ length: width }, (_, i) => i + 1).filter((d) => width % d === 0);
  const block = pick('shaped', 'shaped', 'shaped', 'unshaped', 'preLN', 'postLN', 'depthScaled');
  const free = block === 'shaped' || block === 'unshaped';
  const attention = pick('shaped', 'softmax', 'none', ...(block === 'shaped' ? ['shaped'] : []));
  const anyMask = Array.from({ length: m }, (_, a) =>
    Array.from({ length: m }, (_, b) => (b === (a + 1) % m || stream.uniform() < 0.5 ? 1 : 0)),
  );
  const options = {
    ...{ tokens: m, width, depth: STEPS, block, attention },
    heads: pick(1, ...divisors.filter((d) => d <= 12)),
    mask: pick<unknown>('full', 'causal', anyMask),
    outputProjection: pick(true, false),
    tau0: pick(0.3, 1, 4),
    activation: pick('shapedRelu', 'shapedRelu', 'shapedSmooth', 'relu', 'none'),
    smooth: pick('tanh', 'gelu', 'silu', 'softplus'),
    ...{ cPlus: pick(0, 0.7, 2, -Math.sqrt(width)), cMinus: pick(-1, 0, 0.5, 2), a: pick(1, 2, 5) },
    ...(free ? { gamma: pick(0, 0.2, 0.5, 1) } : {}),
    ...maybe({ headWidth: pick(1, 2, m, m + 1, 2 * m, 50) }),
    ...(attention === 'shaped' ? { gamma1Shift: pick(0, 1, -2), gamma2Shift: pick(0, -1) } : {}),
    ...(block === 'preLN' || block === 'postLN' ? { norm: pick('rms', 'none') } : {}),
  };
  return options as ArchitectureOptions;
}

/** The architecture, undefined where its parts exclude each other. */
function soundOrNot(options: ArchitectureOptions): Architecture | undefined {
  try {
    return architecture(options);
  } catch {
    return undefined;
  }
}

/** Whether an architecture has an SDE. */
const hasLimit = ({ block, attention, activation }: Architecture) =>
  block === 'shaped' && attention !== 'softmax' && activation !== 'relu';

async function compare(kind: Kind, arch: Architecture, seed: number) {
  const { tokens: m } = arch;
  const how = {
    ...{ V0: decayingCovariance(m), paths: 3, firstPath: 7 * seed, seed, steps: STEPS },
    dt: 1 / ((kind === 'gramStep' ? 2 : 16) * Math.max(m, 8)),
  };
  const { kernel, reference } = await twins(kind, arch, how);
  expect({ ...kernel, V: reference.V }).toEqual(reference);
  let response = 0;
  rounding.shaken = true;
  for (let shake = 0; shake < SHAKES; shake++) {
    const { V } = await simulateKind(kind, arch, { ...how, engine: 'reference' });
    response = Math.max(response, relativeDifference(V, reference.V));
  }
  rounding.shaken = false;
  const difference = relativeDifference(kernel.V, reference.V);
  return { difference, response, atBoundary: reference.events.length > 0 };
}

test('models at random: the kernel differs by what rounding makes of the reference', async () => {
  const differences: number[] = [];
  for (let seed = 0; differences.length < MODELS; seed++) {
    const options = randomOptions();
    const arch = soundOrNot(options);
    if (arch === undefined) continue;
    for (const kind of KINDS) {
      if (kind !== 'chain' && !hasLimit(arch)) continue;
      const { difference, response, atBoundary } = await compare(kind, arch, seed);
      // Once beside the cone V is no product of its factor, which the kernel takes for V in places.
      const beside = atBoundary ? CONE_TOLERANCE : 0;
      const what = `${kind} ${seed} ${JSON.stringify(options)}`;
      expect(difference, what).toBeLessThan(SHARE * response + BESIDE_FACTORS + beside);
      differences.push(difference);
    }
  }
  // Factors that hang on a last bit are few.
  const median = differences.sort((x, y) => x - y)[Math.floor(differences.length / 2)];
  expect(median).toBeLessThan(BESIDE_FACTORS);
});
