import type { Band } from '../../predict/index.js';
import { formatNumber } from '../format-number.js';
import { finalCorrelation, formatCorrelation } from '../main-result.js';
import { modelProbe, type ReportRun } from '../report-run.js';
import { recordsOf } from '../training-records.js';
import { html, type Html } from './html.js';
import { verdictBadge } from './verdict-badge.js';

function bandText(bands: readonly Band[] | undefined, depth: number): string {
  const band = bands?.find(({ metric, layer }) => metric === 'correlationMean' && layer === depth);
  if (!band) return '—';
  return `${formatCorrelation(band.q50)} (${formatCorrelation(band.q05)} to ${formatCorrelation(band.q95)})`;
}

function row(run: ReportRun, idPrefix: string): Html {
  const { block, tokens, width, depth, heads, gamma, tau0 } = run.config.model;
  const probe = modelProbe(run);
  const rho = probe && finalCorrelation(probe);
  const loss = recordsOf(run.training ?? [], 'validation').at(-1)?.loss;
  return html`<tr>
    <th scope="row"><a href="#${idPrefix}run">${run.config.name}</a></th>
    <td>${block}</td>
    <td class="number">${tokens}</td>
    <td class="number">${width}</td>
    <td class="number">${depth}</td>
    <td class="number">${heads}</td>
    <td class="number">${formatNumber(gamma)}</td>
    <td class="number">${formatNumber(tau0)}</td>
    <td class="number">${rho === undefined ? '—' : formatCorrelation(rho)}</td>
    <td class="number">${bandText(run.predictions.sde?.bands, depth)}</td>
    <td class="number">${bandText(run.predictions.chain?.bands, depth)}</td>
    <td class="number">${formatNumber(loss)}</td>
    <td>${run.check ? verdictBadge(run.check.verdict) : '—'}</td>
  </tr>`;
}

/** Several runs side by side. */
export function comparisonTable(runs: readonly ReportRun[], prefixes: readonly string[]): Html {
  const columns = [
    'run',
    'block',
    'T',
    'D',
    'L',
    'H',
    'γ',
    'τ₀',
    'mean ρ at L',
    'SDE, median (5–95 %)',
    'exact chain, median (5–95 %)',
    'validation loss',
    'verdict',
  ];
  return html`<section id="comparison">
    <h2>Comparison of ${runs.length} runs</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${runs.map((run, i) => row(run, prefixes[i]))}
        </tbody>
      </table>
    </div>
  </section>`;
}
