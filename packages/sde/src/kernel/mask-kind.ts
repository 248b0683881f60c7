import type { Architecture } from '../model/architecture.js';
import { inverseKeyCounts, maskMatrix } from '../model/mask-matrix.js';
import type { KernelInstance } from './kernel-instance.js';
import { writeShared } from './lanes.js';

/** The kinds of `assembly/mask.ts`. */
const KINDS = { full: 0, causal: 1, general: 2 } as const;

/** The kind of an architecture's mask, as the kernel counts them. */
export function maskKind({ mask }: Architecture): number {
  return KINDS[typeof mask === 'string' ? mask : 'general'];
}

/** Writes a mask into an instance that was set up. */
export function writeMask(kernel: KernelInstance, { mask, tokens }: Architecture): void {
  const B = maskMatrix(mask, tokens);
  writeShared(kernel, kernel.exports.maskAt(), tokens, B);
  kernel.doubles().set(inverseKeyCounts(B, tokens), kernel.exports.inverseCountsAt() / 8);
}
