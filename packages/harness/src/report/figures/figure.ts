import type { TopLevelSpec } from 'vega-lite';

/** A figure before it is drawn: what it says and its Vega-Lite specification. */
export interface FigureSpec {
  /** Its file name and anchor, such as `rho-depth`. */
  name: string;
  title: string;
  /** What is seen, in a sentence or two, with the numbers. */
  caption: string;
  /** The formula of what is drawn. */
  formula?: string;
  /** Takes both columns of the page. */
  wide?: boolean;
  /** Its texts are the user's and hold no formulas: `_a` stays as it is. */
  literal?: boolean;
  spec: TopLevelSpec;
}

/** A drawn figure. */
export interface Figure extends Omit<FigureSpec, 'spec' | 'literal'> {
  /** An `<svg>` element. */
  svg: string;
}
