/** Markup that needs no more escaping. */
export class Html {
  constructor(readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

/** What may stand in a template: text is escaped, lists are joined, nothing is left out. */
export type HtmlPart = string | number | Html | undefined | readonly HtmlPart[];

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that HTML shows as it is, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]);
}

function markupOf(part: HtmlPart): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escapeHtml(String(part));
}

/** Markup from a template; every value in it is escaped unless it is markup itself. */
export function html(template: TemplateStringsArray, ...parts: HtmlPart[]): Html {
  return new Html(template.reduce((all, text, i) => all + markupOf(parts[i - 1]) + text));
}
