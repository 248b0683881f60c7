import { totalmem } from 'node:os';
import type { Architecture } from '@shaped/sde';
import { usageFailure } from '../failure.js';

/** Share of the memory of the machine that work may take. */
const MEMORY_SHARE = 0.5;
/** Matrices of m² numbers that the work on one path holds beside its results. */
const MATRICES_A_PATH = 24;
/** A column of the exact chain's hidden layer: a draw in single precision, an activation in double. */
const CHAIN_BYTES = 4 + 8;

/** Bytes that the work on one path of a theory holds at once. */
export function bytesOfPath({ tokens, width }: Architecture, theory: 'sde' | 'chain'): number {
  const matrices = MATRICES_A_PATH * tokens * tokens * Float64Array.BYTES_PER_ELEMENT;
  return matrices + (theory === 'chain' ? CHAIN_BYTES * tokens * width : 0);
}

const inGigabytes = (bytes: number) => `${Number((bytes / 2 ** 30).toPrecision(2))} GiB`;

/**
 * Refuses what does not fit into half of the memory of the machine.
 *
 * @param what what takes the bytes, after `got`
 * @throws Failure (exit code 2) that says how much it takes and what to do
 */
export function refuseBeyondMemory(
  { bytes, what, fix }: { bytes: number; what: string; fix: string },
  memory = totalmem(),
): void {
  const limit = MEMORY_SHARE * memory;
  if (bytes <= limit) return;
  throw usageFailure(
    `expected work that fits into ${inGigabytes(limit)} (half of the memory here), got ${what}, which take ${inGigabytes(bytes)}. ${fix}`,
  );
}
