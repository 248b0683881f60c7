import type { Architecture } from '../model/architecture.js';

/**
 * Work, in multiplications, after which the reference lets its thread turn to other things: 20 to
 * 30 ms on a machine of 2020, so that an abort is seen within 100 ms even on one three times slower,
 * and long enough to hide what a turn, or a message to a worker, costs (under 0.2 ms).
 */
export const WORK_A_TURN = 2 ** 23;

/** What drawing one normal costs, in multiplications. */
const WORK_A_NORMAL = 16;

/** What a step costs beside its arithmetic: a stream, calls, checks. */
const WORK_A_STEP = 1024;

/**
 * Work of one step of an SDE's path, O(H m³): a factor, the drift's and the noise's products of
 * m×m matrices, each at most ten, and their normals.
 */
export function sdeStepWork(tokens: number, heads: number): number {
  return WORK_A_STEP + (9 + heads) * tokens ** 3 + 2 * WORK_A_NORMAL * heads * tokens ** 2;
}

/** Work of one layer of a chain's path, O(H m³ + m² n), with the m n normals of an MLP. */
export function chainStepWork({ tokens: m, heads, width: n, ...arch }: Architecture): number {
  const attention = arch.attention === 'none' ? 0 : heads * m ** 2 * (6 * m + WORK_A_NORMAL);
  const mlp = arch.activation === 'none' ? 0 : m * n * (m + WORK_A_NORMAL);
  return WORK_A_STEP + 4 * m ** 3 + attention + mlp;
}
