import { expect } from 'vitest';
import type { FigureSpec } from '../figures/figure.js';
import { renderFigure } from '../figures/render-figure.js';
import { svgTexts } from './vega-svg.js';

/** Draws a figure that must be there, and no number in it may be undefined. */
export async function draw(figure: FigureSpec | undefined) {
  if (!figure) throw new Error('expected a figure, got none');
  const drawn = await renderFigure(figure);
  expect(drawn.svg).toMatch(/^<svg [^>]*viewBox/);
  expect(drawn.svg).not.toMatch(/NaN|Infinity|undefined/);
  return { ...drawn, texts: svgTexts(drawn.svg) };
}
