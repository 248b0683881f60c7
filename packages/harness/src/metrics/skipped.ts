/** A layer that some metrics leave out, and why. */
export interface Skipped {
  /** Name of the layer. */
  layer: string;
  /** Its place in `model.layers`. */
  index: number;
  /** What is left out: metrics of its tokens, its attention, its gradient, or layers inside it. */
  part: 'tokens' | 'attention' | 'gradient' | 'inner layers';
  /** Why, and what would help. */
  reason: string;
}
