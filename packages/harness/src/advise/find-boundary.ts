import type { Direction, Shaping } from './shaping.js';
import type { Trial } from './trial.js';

/** The last healthy shaping along one direction. */
export interface Boundary {
  /** Position in [0, 1]: 1 where nothing is left to give up. */
  u: number;
  shaping: Shaping;
  /** Whether health changed once along the direction, as the bisection takes for granted. */
  monotone: boolean;
}

/** Intervals of the first look along a direction, which is also the check of monotony. */
const COARSE = 4;
/** A section tries three places inside a bracket at once: each round divides it by four. */
const SECTION = 4;
/** Rounds after the first look: the boundary is known to 1/64 of the direction. */
const ROUNDS = 2;
/** Intervals of the scan that replaces sections where health is not monotone. */
const FINE = 16;
/** Standard errors by which a risk may fall along a direction before it counts as falling. */
const NOTABLE = 3;

const evenly = (from: number, to: number, intervals: number) =>
  Array.from({ length: intervals + 1 }, (_, i) => from + ((to - from) * i) / intervals);

/**
 * The index of the last healthy trial before the first unhealthy one, −1 where there is none. What is
 * undecided in between is noise of the bounds.
 */
function lastHealthy(trials: readonly Trial[]): number {
  const end = trials.findIndex(({ judgement }) => judgement === 'unhealthy');
  const before = trials.slice(0, end < 0 ? trials.length : end);
  return before.findLastIndex(({ judgement }) => judgement === 'healthy');
}

/** Whether nothing is healthy again after it was unhealthy, and the risk does not fall before that. */
export function isMonotone(trials: readonly Trial[]): boolean {
  const last = lastHealthy(trials);
  if (trials.slice(last + 1).some(({ judgement }) => judgement === 'healthy')) return false;
  return trials.slice(1, last + 2).every(({ summary: { risk } }, i) => {
    const before = trials[i].summary.risk;
    const error = Math.hypot(risk.standardError, before.standardError);
    return risk.probability >= before.probability - NOTABLE * error;
  });
}

/**
 * The last healthy shaping along a direction, from the most shaping (u = 0) to the least (u = 1), or
 * undefined where u = 0 is not healthy.
 *
 * Five places are tried first. If health ends once along them, the bracket is divided by four, twice.
 * If not, seventeen places are tried and the end of the healthy stretch that begins at u = 0 is taken.
 *
 * @param tryAll the trials of several shapings, in their order, all at the same random numbers
 */
export async function findBoundary(
  direction: Direction,
  tryAll: (shapings: Shaping[]) => Promise<Trial[]>,
): Promise<Boundary | undefined> {
  const at = (us: number[]) => tryAll(us.map((u) => direction.at(u)));
  const scan = async (): Promise<Boundary> => {
    const us = evenly(0, 1, FINE);
    const u = us[Math.max(0, lastHealthy(await at(us)))];
    return { u, shaping: direction.at(u), monotone: false };
  };
  let us = evenly(0, 1, COARSE);
  let trials = await at(us);
  if (trials[0].judgement !== 'healthy') return undefined;
  for (let round = 0; ; round++) {
    if (!isMonotone(trials)) return scan();
    const last = lastHealthy(trials);
    const u = us[last];
    if (last === us.length - 1 || round === ROUNDS) {
      return { u, shaping: direction.at(u), monotone: true };
    }
    us = evenly(u, us[last + 1], SECTION);
    trials = await at(us);
  }
}
