import type { Figure } from '../figures/figure.js';
import { formulaHtml } from './formula-html.js';
import { Html, html } from './html.js';

/** How much larger than drawn a figure may be shown. */
const MOST_SCALE = 1.25;

/** The SVG for use inside a page: no size of its own, no namespace, silent to screen readers. */
function inlineSvg(svg: string): Html {
  return new Html(
    svg.replace(/^<svg[^>]*>/, (tag) => {
      const viewBox = /viewBox="([^"]+)"/.exec(tag)?.[1] ?? '0 0 1 1';
      const width = Math.round(Number(viewBox.split(' ')[2]) * MOST_SCALE);
      return `<svg viewBox="${viewBox}" style="max-width:${width}px" aria-hidden="true" focusable="false">`;
    }),
  );
}

/** A figure with its number and caption. */
export function figureElement(
  { name, title, caption, formula, wide, svg }: Figure,
  number: number,
  idPrefix: string,
): Html {
  return html`<figure id="${idPrefix}${name}" class="${wide ? 'wide' : 'half'}">
    <div class="plot" role="img" aria-label="${title}. ${caption}">${inlineSvg(svg)}</div>
    <figcaption>
      <b>Figure ${number}.</b> ${formulaHtml(caption)}
      ${formula === undefined ? '' : html`<span class="of">${formulaHtml(formula)}</span>`}
    </figcaption>
  </figure>`;
}
