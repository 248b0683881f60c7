/** The target of a position that is not in the loss. */
export const IGNORED = -1;

/** What the network sees and what it should tell: B sequences of T tokens, row-major [B, T]. */
export interface Batch {
  inputs: Int32Array;
  /** Token ids, or `IGNORED`. */
  targets: Int32Array;
}

/** How many tokens of a batch are to be told. */
export function countTargets({ targets }: Batch): number {
  let count = 0;
  for (const target of targets) if (target !== IGNORED) count++;
  return count;
}
