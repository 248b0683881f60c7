/** The stages of a layer whose one-step law is compared. */
export const STAGES = ['mixing', 'attention', 'activation', 'mlp'] as const;
export type Stage = (typeof STAGES)[number];

/** The scalars compared at every stage. */
export const STEP_QUANTITIES = ['norm', 'correlation', 'spread'] as const;
export type StepQuantity = (typeof STEP_QUANTITIES)[number];

/** What a stage and a quantity mean, in words; tables and figures take it from here. */
export const STAGE_TEXT: Record<Stage | 'layer', string> = {
  mixing: 'A V Aᵀ given V: the attention matrix alone',
  attention: 'V after the attention block given V before it',
  activation: '(c φφᵀ − u uᵀ)/n given V: the activation alone',
  mlp: 'V after the MLP block given V before it',
  layer: 'V after the layer given V before it',
};
export const QUANTITY_TEXT: Record<StepQuantity, string> = {
  norm: 'mean_a Δ_aa, Δ the change relative to the token norms before it',
  correlation: 'mean_{a<b} Δ_ab',
  spread: 'mean_ab Δ_ab²',
};

/**
 * The scalars of one step: of `Δ_ab = (M_ab − V_ab)/√(V_aa V_bb)`, or of `M_ab/√(V_aa V_bb)` where
 * M is already a change. Relative to the norms before the step, so that layers of any scale count
 * alike. Tokens of zero norm are left out.
 *
 * @param out receives norm, correlation, spread, from `at` on
 */
export function stepQuantities(
  M: ArrayLike<number>,
  V: ArrayLike<number>,
  tokens: number,
  isChange: boolean,
  out: Float64Array,
  at: number,
): void {
  let norm = 0;
  let correlation = 0;
  let spread = 0;
  let present = 0;
  for (let a = 0; a < tokens; a++) {
    const Vaa = V[a * tokens + a];
    if (!(Vaa > 0)) continue;
    present++;
    for (let b = 0; b <= a; b++) {
      const scale = Math.sqrt(Vaa * V[b * tokens + b]);
      if (!(scale > 0)) continue;
      const change = (M[a * tokens + b] - (isChange ? 0 : V[a * tokens + b])) / scale;
      if (a === b) norm += change;
      else correlation += change;
      spread += (a === b ? 1 : 2) * change * change;
    }
  }
  const pairs = (present * (present - 1)) / 2;
  out[at] = present > 0 ? norm / present : 0;
  out[at + 1] = pairs > 0 ? correlation / pairs : 0;
  out[at + 2] = present > 0 ? spread / (present * present) : 0;
}
