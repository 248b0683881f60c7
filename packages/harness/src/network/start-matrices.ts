import type { Architecture } from '@shaped/sde';
import { tokenCovariance } from '../metrics/index.js';
import { embedWindow, type Embedding } from './embed-window.js';
import { followsSlices, headSlices } from './head-slices.js';

/** V0 of every window, and its head slices where the chain follows them. */
export interface StartMatrices {
  /** [T, T] each. */
  starts: Float64Array[];
  /** [H, T, T] each, with sum V0. */
  startSlices?: Float64Array[];
}

/** V0 of every window exactly as the network sees it: the Gram matrix of its float32 embedding. */
export function startMatrices(
  windows: readonly { ids: ArrayLike<number> }[],
  arch: Architecture,
  embedding: Omit<Embedding, 'width'>,
): StartMatrices {
  const inputs = windows.map(({ ids }) => embedWindow(ids, { ...embedding, width: arch.width }));
  const starts = inputs.map((X0) => tokenCovariance(X0, arch.tokens, arch.width));
  if (!followsSlices(arch)) return { starts };
  return { starts, startSlices: inputs.map((X0) => headSlices(X0, arch)) };
}
