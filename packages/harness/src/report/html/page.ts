import { comparisonTable } from './comparison-table.js';
import { definitionsSection } from './definitions-section.js';
import { Html, html } from './html.js';
import { PAGE_STYLE } from './page-style.js';
import { runSection, type DrawnRun } from './run-section.js';

/**
 * The whole page: one document that needs nothing else, neither script nor network. The policy in
 * its head makes a browser enforce that.
 */
export function page(drawn: readonly DrawnRun[], prefixes: readonly string[]): string {
  const names = drawn.map(({ run }) => run.config.name);
  const runs = drawn.map(({ run }) => run);
  const title =
    runs.length === 1
      ? `Shaped Transformer: ${names[0]}`
      : `Shaped Transformer: ${runs.length} runs`;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${new Html(PAGE_STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p>
            Deep Transformers at initialisation on real text, layer by layer, against the covariance
            SDE of “The Shaped Transformer” and the exact chain at the network’s own width.
          </p>
        </header>
        <main>
          ${runs.length > 1 ? comparisonTable(runs, prefixes) : ''}
          ${drawn.map((own, i) => runSection(own, prefixes[i], runs.length > 1))}
          ${definitionsSection()}
        </main>
        <footer>
          <p>
            Noci et al., “The Shaped Transformer: Attention Models in the Infinite Depth-and-Width
            Limit”, NeurIPS 2023, arXiv 2306.17759. Made by <code>shaped report</code>.
          </p>
        </footer>
      </body>
    </html> `;
  return document.markup;
}
