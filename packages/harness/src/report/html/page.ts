import { comparisonTable } from './comparison-table.js';
import { definitionsSection } from './definitions-section.js';
import { htmlDocument } from './html-document.js';
import { html } from './html.js';
import { runSection, type DrawnRun } from './run-section.js';

/** The page of one or more runs. */
export function page(drawn: readonly DrawnRun[], prefixes: readonly string[]): string {
  const names = drawn.map(({ run }) => run.config.name);
  const runs = drawn.map(({ run }) => run);
  const title =
    runs.length === 1
      ? `Shaped Transformer: ${names[0]}`
      : `Shaped Transformer: ${runs.length} runs`;
  return htmlDocument({
    title,
    lead: html`Deep Transformers at initialisation on real text, layer by layer, against the
    covariance SDE of “The Shaped Transformer” and the exact chain at the network’s own width.`,
    main: html`${runs.length > 1 ? comparisonTable(runs, prefixes) : ''}
    ${drawn.map((own, i) => runSection(own, prefixes[i], runs.length > 1))} ${definitionsSection()}`,
    footer: html`Noci et al., “The Shaped Transformer: Attention Models in the Infinite
      Depth-and-Width Limit”, NeurIPS 2023, arXiv 2306.17759. Made by <code>shaped report</code>.`,
  });
}
