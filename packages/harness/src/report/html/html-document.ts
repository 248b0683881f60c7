import { Html, html, type HtmlPart } from './html.js';
import { PAGE_STYLE } from './page-style.js';

/** What stands in the body of a page, below its title and above its end. */
export interface DocumentParts {
  title: string;
  /** A sentence below the title. */
  lead: HtmlPart;
  main: HtmlPart;
  footer: HtmlPart;
}

/**
 * A whole page: one document that needs nothing else, neither script nor network. The policy in its
 * head makes a browser enforce that.
 */
export function htmlDocument({ title, lead, main, footer }: DocumentParts): string {
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
          <p>${lead}</p>
        </header>
        <main>${main}</main>
        <footer>
          <p>${footer}</p>
        </footer>
      </body>
    </html> `;
  return document.markup;
}
