import type { AdvisePlan } from './advise-plan.js';
import type { Bench } from './bench.js';
import { findBoundary, type Boundary } from './find-boundary.js';
import {
  dialDirection,
  partDirection,
  roundedShaping,
  type Direction,
  type Shaping,
} from './shaping.js';

/** One direction that was searched. */
export interface Searched extends Boundary {
  direction: Direction['name'];
}

/** The least shaping found, with the way to it. */
export interface FoundShaping {
  /** In three digits, rounded to the side of more shaping; the branch weight of the plan as it is. */
  shaping: Shaping;
  steps: Searched[];
}

/** The parts of a shaping, in the order in which each is given up alone. */
const PARTS = ['tau0', 'cMinus', 'gamma'] as const;

/**
 * The least shaping that keeps the networks of a plan healthy, as far as the trials on the bench
 * tell; undefined where none does. docs/decisions/least-shaping.md has the definition.
 *
 * First the whole dial, then τ0, c₋ and γ, each alone as far as it goes.
 */
export async function findShaping(
  { gamma, simulated }: AdvisePlan,
  { tryAll }: Bench,
): Promise<FoundShaping | undefined> {
  const steps: Searched[] = [];
  const along = async (direction: Direction) => {
    const boundary = await findBoundary(direction, tryAll);
    if (boundary) steps.push({ direction: direction.name, ...boundary });
    return boundary?.shaping;
  };
  let shaping = await along(dialDirection(gamma, simulated));
  if (shaping === undefined) return undefined;
  for (const part of PARTS) {
    shaping = (await along(partDirection(part, shaping, simulated))) ?? shaping;
  }
  return { shaping: roundedShaping(shaping, gamma), steps };
}
