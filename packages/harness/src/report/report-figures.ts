import type { RunDirectory } from '../run/index.js';
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
  for (const spec of specs) {
    const { name, title, svg } = await renderFigure(spec);
    figures.push({ name, title, svg: withLightColours(svg) });
  }
  return figures;
}
