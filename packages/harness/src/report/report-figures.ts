import type { RunDirectory } from '../run/index.js';
import type { FigureSpec } from './figures/figure.js';
import { withLightColours } from './figures/palette.js';
import { renderFigure } from './figures/render-figure.js';
import { readReportRun } from './report-run.js';
import { runFigures } from './run-figures.js';

/** A figure as a file of its own. */
export interface StandaloneFigure {
  name: string;
  title: string;
  /** A whole SVG document, light. */
  svg: string;
}

/**
 * The figures of a run as SVG documents, in the order of the page.
 *
 * @param names the ones wanted; all by default
 */
export async function reportFigures(
  run: RunDirectory,
  names?: readonly string[],
): Promise<StandaloneFigure[]> {
  const specs = Object.values(runFigures(readReportRun(run)))
    .flat()
    .filter(({ name }) => names === undefined || names.includes(name));
  const figures: StandaloneFigure[] = [];
  for (const spec of specs) figures.push(await standaloneFigure(spec));
  return figures;
}

/** A figure as an SVG document, in the style of the report. */
export async function standaloneFigure(spec: FigureSpec): Promise<StandaloneFigure> {
  const { name, title, svg } = await renderFigure(spec);
  return { name, title, svg: onPaper(withLightColours(svg)) };
}

/** The figure on white, so that dark pages can show it too. */
function onPaper(svg: string): string {
  return svg.replace(/(<svg[^>]*>)/, '$1<rect width="100%" height="100%" fill="#ffffff"/>');
}
