import { foldIn, keyFromSeed, Stream } from '@shaped/random';

export interface Embedding {
  width: number;
  seed: number;
  /** Adds a position embedding: (E[token] + P[position])/√2, which keeps the variance at 1. */
  positions: boolean;
}

/**
 * X0, [T, D] row-major: each token's random embedding, N(0, 1) a coordinate. The same token has the
 * same embedding in every window; no table of the whole vocabulary is made.
 */
export function embedWindow(
  tokens: ArrayLike<number>,
  { width, seed, positions }: Embedding,
): Float32Array {
  const tokenKey = foldIn(keyFromSeed(seed), 'embedding', 'token');
  const positionKey = foldIn(keyFromSeed(seed), 'embedding', 'position');
  const scale = positions ? Math.SQRT1_2 : 1;
  const X = new Float32Array(tokens.length * width);
  const row = new Float32Array(width);
  for (let t = 0; t < tokens.length; t++) {
    new Stream(tokenKey, tokens[t]).fillNormal32(row, scale);
    X.set(row, t * width);
    if (!positions) continue;
    new Stream(positionKey, t).fillNormal32(row, scale);
    for (let i = 0; i < width; i++) X[t * width + i] += row[i];
  }
  return X;
}
