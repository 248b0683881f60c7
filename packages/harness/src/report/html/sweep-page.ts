import {
  formatEstimate,
  metricText,
  shortKey,
  summaryTable,
  type SweepSummary,
} from '../../sweep/index.js';
import type { Figure } from '../figures/figure.js';
import { figureElement } from './figure-element.js';
import { htmlDocument } from './html-document.js';
import { html, type Html } from './html.js';

/** Rows of a table that stands open. */
const OPEN_ROWS = 40;

function table(head: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What the best and the worst setting of the first metric are. */
function mainSentence({ groups, shown, keys }: SweepSummary): string {
  const [metric] = shown;
  const own = groups.filter(({ metrics }) => metric in metrics);
  if (metric === undefined || own.length === 0) return 'No job is complete yet.';
  const value = (group: (typeof own)[number]) => group.metrics[metric];
  const sorted = [...own].sort((a, b) => value(a).mean - value(b).mean);
  const at = (group: (typeof own)[number]) => {
    const where = keys.map((key) => `${shortKey(key)} ${String(group.settings[key] ?? 'default')}`);
    return `${formatEstimate(value(group))}${where.length > 0 ? ` at ${where.join(', ')}` : ''}`;
  };
  const { title } = metricText(metric);
  if (own.length === 1) return `${title}: ${at(own[0])}.`;
  return `${title}: from ${at(sorted[0])} to ${at(sorted[sorted.length - 1])}.`;
}

/** The jobs that are not complete, with what is known of why. */
function openJobs({ jobs }: SweepSummary): Html | string {
  const open = jobs.filter(({ state }) => state !== 'done');
  if (open.length === 0) return '';
  return html`<section id="open">
    <h2>Jobs that are not complete</h2>
    <p class="note">The same command begins them again.</p>
    ${table(
      ['job', 'state', 'why'],
      open.map(({ job, state, reason = '' }) => [job, state, reason]),
    )}
  </section>`;
}

/** The page of a sweep. */
export function sweepPage(
  summary: SweepSummary,
  { figures, base }: { figures: readonly Figure[]; base: string },
): string {
  const { name, commands, jobs } = summary;
  const title = `Sweep: ${name}`;
  const done = jobs.filter(({ state }) => state === 'done').length;
  const { head, rows } = summaryTable(summary);
  return htmlDocument({
    title,
    lead: html`${commands.map((c) => `shaped ${c}`).join(', then ')}: ${done} of ${jobs.length} jobs
    done.`,
    main: html`<div class="banner"><p class="main">${mainSentence(summary)}</p></div>
      ${openJobs(summary)}
      <section id="figures">
        <div class="figures">${figures.map((own, i) => figureElement(own, i + 1, ''))}</div>
      </section>
      <section id="summary">
        <h2>All settings</h2>
        <p class="note">Seeds together, as mean ± standard error. Every job: summary.csv.</p>
        <details ${rows.length <= OPEN_ROWS ? 'open' : ''}>
          <summary>${rows.length} settings</summary>
          ${table(head, rows)}
        </details>
      </section>
      <section id="configuration">
        <h2>What was asked for</h2>
        <details>
          <summary>sweep.yaml</summary>
          <pre>${base}</pre>
        </details>
      </section>`,
    footer: html`Made by <code>shaped sweep</code>.`,
  });
}
