import { wishartRootColumns } from '../chain/wishart-root.js';

/** Words of `count` normals of one word each, which end with their block. */
export function wordsOfBlock(count: number): number {
  return 4 * Math.ceil(count / 4);
}

/** Words of a Wishart root, as `wishartRoot` draws it; two more in every row below two degrees. */
export function wordsOfRoot(tokens: number, degrees: number): number {
  if (degrees < tokens) return 2 * tokens * wishartRootColumns(tokens, degrees);
  return tokens * (tokens - 1) + 4 * tokens;
}

/** Words of the residual update of one slice of `width` columns, as `residualStep` draws it. */
export function wordsOfResidual(tokens: number, width: number): number {
  const skip = Math.min(tokens, width);
  return wordsOfBlock(tokens * skip) + wordsOfRoot(tokens, width - skip);
}
