import type { Windows } from '../data/index.js';

/** Tokens that the layers are measured on: a window of so many has thousands of pairs. */
const TOKENS = 64;

/** Windows at most; from there on more of them say little that is new of a layer. */
const MOST_WINDOWS = 4;

/** Windows that the layers of a network of T tokens are measured on. */
export function probeWindows(tokens: number): number {
  return Math.min(MOST_WINDOWS, Math.ceil(TOKENS / tokens));
}

/** Windows of the validation text on which the layers are measured, `[windows, T]`. */
export function probeInputs(windows: Windows): Int32Array {
  const some = windows.spread(Math.min(probeWindows(windows.length), windows.count));
  return Int32Array.from(some.flatMap((window) => Array.from(window.subarray(0, -1))));
}
