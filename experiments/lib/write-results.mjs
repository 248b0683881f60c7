import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { standaloneFigure } from '../../packages/harness/dist/report/index.js';

/**
 * Writes an experiment's section between its marks in a page, and its figures to `figures/` beside it.
 *
 * @param {string} page a Markdown file; made with nothing but the section where it is missing
 * @param {{ name: string, title: string, question: string, reduced: string }} experiment
 * @param {{ text: string[], figures: object[] }} results paragraphs, and figures as the report has them
 */
export async function writeResults(page, experiment, { text, figures }) {
  const folder = join(dirname(page), 'figures');
  mkdirSync(folder, { recursive: true });
  const images = [];
  for (const spec of figures) {
    const name = `${experiment.name}-${spec.name}`;
    const { svg, title } = await standaloneFigure({ ...spec, name });
    writeFileSync(join(folder, `${name}.svg`), `${svg}\n`);
    images.push(`![${title}](figures/${name}.svg)`);
  }
  const section = [
    `## ${experiment.title}`,
    `${experiment.question} \`npx nx run experiments:${experiment.name}\`; reduced: ${experiment.reduced}`,
    ...text,
    ...images,
  ].join('\n\n');
  const options = { ...(await resolveConfig(page)), parser: 'markdown' };
  writeFileSync(page, await format(place(page, experiment.name, section), options));
}

/** The page with the section in its place. @throws Error when the page has no such place */
function place(page, name, section) {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  let old;
  try {
    old = readFileSync(page, 'utf8');
  } catch {
    old = `${begin}\n${end}\n`;
  }
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`experiments: expected ${page} to hold ${begin} and ${end}. Put them back.`);
  }
  return `${old.slice(0, from + begin.length)}\n\n${section}\n\n${old.slice(to)}`;
}
