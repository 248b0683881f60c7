/** The rule of the softmax temperature; see `attentionTemperature`. */
export type TemperatureRule = 'shaped' | 'standard';

/**
 * The temperature τ that divides the products `q·k` of projected queries and keys.
 *
 * `'shaped'`: `τ0 √(n n_k)`, which makes the logits' covariance `V_ab V_jk / (τ0² n)` for every head
 * width n_k; `'standard'`: `τ0 √n_k`. The same in both parametrisations, because `q = x W_Q / √n`
 * with unit weights and `q = x W_Q` with weights of variance 1/n are one quantity.
 *
 * Source: arXiv 2306.17759; docs/theory.md, section 1.
 *
 * @param width n, the number of features of a query before its projection
 * @param keyDim n_k, the width of a head
 */
export function attentionTemperature(
  rule: TemperatureRule,
  { tau0, width, keyDim }: { tau0: number; width: number; keyDim: number },
): number {
  return tau0 * Math.sqrt(rule === 'shaped' ? width * keyDim : keyDim);
}
