/** Tags whose content is no prose. */
const DROPPED = ['ref', 'math', 'gallery', 'timeline', 'score', 'syntaxhighlight', 'source', 'pre'];

/** Links into these namespaces show a picture, or nothing. */
const HIDDEN_LINK =
  /^\s*:?\s*(?:file|image|category|media|wikipedia|template|[a-z]{2,3}(?:-[a-z]+)?)\s*:/i;

/** Sections that hold no prose. */
const LISTS =
  /^(?:see also|references|external links|further reading|notes|bibliography|sources|footnotes|citations|notes and references)$/i;

const ENTITIES: Record<string, string> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ndash: '–', mdash: '—' },
  ...{ minus: '−', times: '×', deg: '°', hellip: '…', thinsp: ' ', ensp: ' ', emsp: ' ' },
};

/** Text with its XML and HTML entities resolved; one that is not known stays. */
export function resolveEntities(text: string): string {
  return text.replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/**
 * Text without what stands between `open` and `close`, nested ones too; where they do not pair up,
 * the text stays.
 */
function withoutNested(text: string, open: string, close: string): string {
  let out = '';
  let depth = 0;
  let kept = 0;
  for (let at = 0; at < text.length;) {
    if (text.startsWith(open, at)) {
      if (depth++ === 0) out += text.slice(kept, at);
      at += open.length;
      if (depth === 1) kept = at - open.length;
    } else if (depth > 0 && text.startsWith(close, at)) {
      at += close.length;
      if (--depth === 0) kept = at;
    } else {
      at++;
    }
  }
  // What was never closed is left as it was.
  return out + text.slice(kept);
}

/** `[[target|shown]]` as what is shown; pictures and categories go. Inner links come first. */
function shownLinks(text: string): string {
  let [before, after] = ['', text];
  while (before !== after) {
    before = after;
    after = before.replace(/\[\[([^[\]]*)\]\]/g, (_whole, link: string) => {
      if (HIDDEN_LINK.test(link)) return '';
      return link.slice(link.lastIndexOf('|') + 1);
    });
  }
  return after;
}

/**
 * The prose of an article in wikitext: templates, tables, references, pictures, lists of links and
 * markup go; headings become lines of their own. Not a whole parser: it serves text to train on.
 */
export function wikiProse(wikitext: string): string {
  let text = wikitext.replace(/<!--[\s\S]*?-->/g, '');
  for (const tag of DROPPED) {
    text = text.replace(new RegExp(`<${tag}\\b[^>]*/>`, 'gi'), '');
    text = text.replace(new RegExp(`<${tag}\\b[^>]*>[\\s\\S]*?</${tag}\\s*>`, 'gi'), '');
  }
  text = withoutNested(text, '{{', '}}');
  text = withoutNested(text, '{|', '|}');
  text = shownLinks(text);
  text = text
    .replace(/\[(?:https?:)?\/\/\S+(?:\s+([^\]]*))?\]/g, (_whole, shown?: string) => shown ?? '')
    .replace(/<[^>]+>/g, '')
    .replace(/'{2,}/g, '')
    .replace(/__[A-Z]+__/g, '');
  const lines: string[] = [];
  let isList = false;
  for (const line of resolveEntities(text).split('\n')) {
    const [, heading] = /^=+\s*(.*?)\s*=+\s*$/.exec(line) ?? [];
    if (heading !== undefined) isList = LISTS.test(heading);
    if (isList || /^\s*[*#:;|!{}]/.test(line)) continue;
    lines.push(
      (heading ?? line)
        .replace(/\(\s*[,;]?\s*\)/g, '')
        .replace(/[ \t\u00a0]+/g, ' ')
        .trim(),
    );
  }
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
