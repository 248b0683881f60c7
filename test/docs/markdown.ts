import { readFileSync } from 'node:fs';
import { repositoryFiles, ROOT } from '../support/repository.ts';

/** The Markdown files of the repository, as paths from its root. */
export const markdownFiles = (): string[] =>
  repositoryFiles().filter((path) => path.endsWith('.md'));

export const readText = (path: string): string => readFileSync(ROOT + path, 'utf8');

/** The contents of the fenced blocks of a language. */
export function codeBlocks(markdown: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm');
  return [...markdown.matchAll(fence)].map(([, code]) => code);
}

/** Markdown without its code, fenced, indented or inline. */
export function prose(markdown: string): string {
  return markdown
    .replace(/^(```|~~~)[^]*?^\1/gm, '')
    .replace(/^(?: {4}|\t).*$/gm, '')
    .replace(/`[^`\n]*`/g, '');
}

/** The anchors of a page's headings, as code hosts make them. */
export function anchors(markdown: string): Set<string> {
  const headings = markdown.replace(/^(```|~~~)[^]*?^\1/gm, '').matchAll(/^#{1,6} +(.+?) *#*$/gm);
  const slugs = [...headings].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(slugs);
}

/** The command lines of shell blocks, without prompt and comment. */
export function commandLines(markdown: string): string[] {
  return ['sh', 'bash', 'shell', 'console']
    .flatMap((language) => codeBlocks(markdown, language))
    .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/(^| +)#.*$/, '')
        .trim(),
    )
    .filter((line) => line !== '');
}
