import { METRICS } from '../../metrics/index.js';
import { formulaHtml } from './formula-html.js';
import { html, type Html } from './html.js';

/** What every metric is: its formula, what it runs over and how to read it. */
export function definitionsSection(): Html {
  return html`<section id="definitions">
    <h2>Definitions</h2>
    <p>
      T tokens, width D = n, X the T × n matrix of tokens at a layer, ${formulaHtml('V = X Xᵀ/n')}
      their covariance, ${formulaHtml('ρ_ab')} their correlation, V₀ the covariance of the embedded
      text. The exact chain draws V layer by layer with the law of the network at its width; the SDE
      is its limit of infinite depth and width at fixed depth/width (Noci et al. 2023, arXiv
      2306.17759). Each starts from the V₀ of the same text windows.
    </p>
    <details>
      <summary>All ${METRICS.length} metrics</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">metric</th>
              <th scope="col">formula</th>
              <th scope="col">over</th>
              <th scope="col">normalisation</th>
              <th scope="col">reading</th>
            </tr>
          </thead>
          <tbody>
            ${METRICS.map(
              ({ name, title, formula, axis, normalisation, description }) =>
                html`<tr>
                  <th scope="row">${title}<small>${name}</small></th>
                  <td>${formulaHtml(formula)}</td>
                  <td>${axis}</td>
                  <td>${formulaHtml(normalisation)}</td>
                  <td>${description}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}
