import type { CheckRecord } from '../../check/check-files.js';
import type { Finding } from '../../check/finding.js';
import { formatNumber } from '../format-number.js';
import { html, type Html } from './html.js';
import { verdictBadge } from './verdict-badge.js';

function row(finding: Finding): Html {
  const { quantity, test, effect, standardError, unit, detectable, adjustedPValue, verdict } =
    finding;
  return html`<tr>
    <th scope="row">${quantity}<small>${test}</small></th>
    <td class="number">
      ${formatNumber(effect)}${standardError === undefined ? '' : ` ± ${formatNumber(standardError)}`}
    </td>
    <td>${unit}</td>
    <td class="number">${formatNumber(detectable)}</td>
    <td class="number">${formatNumber(adjustedPValue)}</td>
    <td>${verdictBadge(verdict)}</td>
  </tr>`;
}

/** Every finding of a check with its verdict, a table a comparison. */
export function verdictTable({ comparisons, findings, alpha }: CheckRecord): Html {
  const tables = Object.entries(comparisons).map(([comparison, verdict]) => {
    const own = findings.filter((finding) => finding.comparison === comparison);
    const count = (kind: Finding['verdict']) => own.filter((f) => f.verdict === kind).length;
    return html`<details ${verdict === 'PASS' ? '' : 'open'}>
      <summary>
        ${verdictBadge(verdict)} ${comparison}: ${count('PASS')} pass, ${count('FAIL')} fail,
        ${count('INCONCLUSIVE')} inconclusive
      </summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">quantity</th>
              <th scope="col">effect ± standard error</th>
              <th scope="col">unit</th>
              <th scope="col">detectable</th>
              <th scope="col">adjusted p</th>
              <th scope="col">verdict</th>
            </tr>
          </thead>
          <tbody>
            ${own.map(row)}
          </tbody>
        </table>
      </div>
    </details>`;
  });
  return html`<p class="note">
      Level α = ${formatNumber(alpha)} for all tests together (Holm). FAIL: the adjusted p-value is
      below α and the effect above its tolerance. INCONCLUSIVE: this run could not have seen an
      effect of the size asked for. <i>Detectable</i>: the effect that this run finds with 80 %
      power.
    </p>
    ${tables}`;
}
