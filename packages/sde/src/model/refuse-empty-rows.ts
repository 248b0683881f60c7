import type { AttentionMask } from './architecture.js';

/**
 * Refuses a mask with a query that may see no key, where a whole network is simulated. Softmax over no
 * keys is 0/0 there, and the token would count in every statistic; docs/decisions/empty-mask-rows.md
 * says why the models and the layer keep such queries.
 *
 * @throws RangeError naming `caller`
 */
export function refuseEmptyRows(caller: string, { mask }: { mask?: AttentionMask }): void {
  if (mask === undefined || typeof mask === 'string') return;
  const row = mask.findIndex((keys) => keys.every((allowed) => allowed === 0));
  if (row < 0) return;
  throw new RangeError(
    `${caller}: expected every query to see a key, got mask[${row}] without a 1. Rows are queries, ` +
      'columns are keys: leave tokens of padding out of V0 and mask, or let such a query see itself, ' +
      'which in shaped attention leaves its identity term alone.',
  );
}
