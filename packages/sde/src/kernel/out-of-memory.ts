import type { PathRange } from '../engine/task.js';

/** What to say where the kernel's memory does not suffice. */
export function outOfMemory({ caller, tokens }: PathRange): RangeError {
  return new RangeError(
    `${caller}: expected memory for four paths of ${tokens} tokens, got none. Take fewer tokens, or ` +
      "engine: 'reference', which holds one path at a time.",
  );
}
