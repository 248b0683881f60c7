/** What was drawn inside one checkpoint, in order. */
interface Draws {
  values: unknown[];
  /** Index of the next value to give again; undefined while values are drawn. */
  next: number | undefined;
}

/** The checkpoints that are running, the innermost last. */
const running: Draws[] = [];

/**
 * The result of `draw`, and inside the recomputation of a `checkpoint` what it gave in the forward
 * pass. Everything that changes from call to call goes through it: a counter, the seed of a dropout
 * mask. Outside a checkpoint it only calls `draw`.
 *
 * @param draw gives a plain value, not a tensor, which would be disposed of before it is needed
 * @throws Error when a recomputation draws more than the forward pass did
 */
export function replayed<T>(draw: () => T): T {
  return drawAt(running.length - 1, draw) as T;
}

/** A checkpoint within a recomputation draws what the outer one replays, and keeps it for its own. */
function drawAt(depth: number, draw: () => unknown): unknown {
  if (depth < 0) return draw();
  const draws = running[depth];
  if (draws.next === undefined) {
    const value = drawAt(depth - 1, draw);
    draws.values.push(value);
    return value;
  }
  if (draws.next === draws.values.length) {
    throw new Error(
      `replayed: expected the recomputation of a checkpoint to draw ${draws.values.length} values like its forward pass, got more. Make the function take the same path both times.`,
    );
  }
  return draws.values[draws.next++];
}

/** Runs `fn` and keeps what it draws in `values`. */
export function keepDraws<T>(values: unknown[], fn: () => T): T {
  return run({ values, next: undefined }, fn);
}

/** Runs `fn`, whose draws are `values` again. */
export function replayDraws<T>(values: unknown[], fn: () => T): T {
  return run({ values, next: 0 }, fn);
}

function run<T>(draws: Draws, fn: () => T): T {
  running.push(draws);
  try {
    return fn();
  } finally {
    running.pop();
  }
}
