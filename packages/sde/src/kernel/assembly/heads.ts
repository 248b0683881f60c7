/** What the heads of the chain and of the Gram step share. */
import { LT } from './branch-input';
import { halfBytes, m, rowBytes } from './layout';
import { normals32 } from './normals32';
import { GAMMA1, GAMMA2, parameter } from './parameters';
import { B_UPPER, multiply } from './products';
import { attentionOf } from './softmax';
import { alignToBlock } from './words';

/**
 * Draws `[m, columns]` normals of one word each from the next block on, which end with their block;
 * entry (i, j) goes to `out + i rowStride + j columnStride`.
 */
export function drawGaussian(columns: i32, out: usize, rowStride: usize, columnStride: usize): void {
  alignToBlock();
  normals32(m, columns, out, halfBytes, rowStride, columnStride);
  alignToBlock();
}

/** Replaces the logits of the half at `offset` by the attention matrix A, and writes A L into `out`. */
export function attend(logits: usize, offset: usize, out: usize): void {
  attentionOf(logits, parameter(GAMMA1), parameter(GAMMA2));
  multiply(logits, rowBytes, LT + offset, rowBytes, out, rowBytes, m, m, m, B_UPPER, 1);
}
