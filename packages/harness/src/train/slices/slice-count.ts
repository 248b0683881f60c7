import type { BackendName } from '../../backend/index.js';

/** Numbers of a tensor [B, T, D] that are worth a second slice, and each of more. */
const WORTH_NUMBERS = 2 ** 15;

/** More slices would gain on more cores, and lose on fewer. */
const MOST = 4;

/** What the work of an op grows with. */
export interface SliceableBatch {
  /** B, the sequences whose gradient is taken at once. */
  sequences: number;
  tokens: number;
  width: number;
}

/**
 * Into how many slices a batch is cut on wasm, where threads compute them: two from `B T D = 2¹⁵` numbers
 * a tensor on, more where each keeps as many, at most four, one sequence at least in each. One on
 * other backends.
 *
 * Of the sizes alone, since the order of additions depends on it: a training has the same bits on
 * every machine, whoever computes the slices.
 */
export function sliceCount(
  { sequences, tokens, width }: SliceableBatch,
  backend: BackendName,
): number {
  if (backend !== 'wasm') return 1;
  const worth = Math.floor((sequences * tokens * width) / WORTH_NUMBERS);
  return worth === 0 ? 1 : Math.min(Math.max(2, worth), sequences, MOST);
}
