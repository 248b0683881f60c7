/** How a shaped ReLU is shaped: slopes s± = 1 + c±/√n. */
export interface ReluShape {
  /** c₊, the shape of the positive side. */
  cPlus: number;
  /** c₋, the shape of the negative side. */
  cMinus: number;
  /** n, the width of the network (not of the MLP's hidden layer). */
  width: number;
}

/**
 * The two slopes of a shaped ReLU, `s₊ = 1 + c₊/√n` and `s₋ = 1 + c₋/√n`.
 *
 * Source: Li, Nica, Roy 2022 (arXiv 2206.02768); docs/theory.md, section 1.
 *
 * @throws RangeError when `width` is not a positive integer or a shape is not finite
 */
export function reluSlopes({ cPlus, cMinus, width }: ReluShape): {
  sPlus: number;
  sMinus: number;
} {
  if (!Number.isInteger(width) || width < 1) {
    throw new RangeError(
      `reluSlopes: expected width to be a positive integer, got ${width}. Pass the number of features n of the network.`,
    );
  }
  if (!Number.isFinite(cPlus) || !Number.isFinite(cMinus)) {
    throw new RangeError(
      `reluSlopes: expected finite cPlus and cMinus, got ${cPlus} and ${cMinus}. Zero leaves a side linear.`,
    );
  }
  const root = Math.sqrt(width);
  return { sPlus: 1 + cPlus / root, sMinus: 1 + cMinus / root };
}
