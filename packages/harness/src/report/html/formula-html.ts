import { escapeHtml, Html } from './html.js';

/** A formula in the project's plain letters, with `x_a` and `x_{a<b}` as subscripts. */
export function formulaHtml(formula: string): Html {
  const markup = escapeHtml(formula).replaceAll(
    /_(?:\{([^{}]*)\}|([A-Za-z]+))/g,
    (_, group: string | undefined, letters: string | undefined) => `<sub>${group ?? letters}</sub>`,
  );
  return new Html(`<span class="formula">${markup}</span>`);
}
