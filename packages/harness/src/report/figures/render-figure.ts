import { parse, resetSVGDefIds, View, type LoggerInterface } from 'vega';
import { compile } from 'vega-lite';
import type { Figure, FigureSpec } from './figure.js';
import { subscripts } from './subscripts.js';
import { installTextWidth } from './text-width.js';
import { THEME } from './theme.js';

/** Errors are thrown; hints, such as that of an empty scale, concern who writes a figure. */
const logger: LoggerInterface = {
  level: () => logger,
  error: (...messages) => {
    const cause: unknown = messages[0];
    throw cause instanceof Error ? cause : new Error(messages.join(' '));
  },
  warn: () => logger,
  info: () => logger,
  debug: () => logger,
};

/**
 * Draws a figure as SVG, in Node, without a canvas. The same figure gives the same bytes.
 *
 * Ids inside carry `idPrefix`, as one page holds many figures.
 */
export async function renderFigure(
  { spec, literal, ...figure }: FigureSpec,
  idPrefix = figure.name,
): Promise<Figure> {
  installTextWidth();
  const compiled = compile({ ...spec, config: { ...THEME, ...spec.config } }, { logger });
  const view = new View(parse(compiled.spec), { renderer: 'none', logger });
  try {
    resetSVGDefIds();
    const drawn = await view.toSVG();
    const own = drawn
      .replaceAll(/\bid="([^"]+)"/g, `id="${idPrefix}-$1"`)
      .replaceAll(/url\(#([^)]+)\)/g, `url(#${idPrefix}-$1)`)
      // Neighbouring tiles meet without a seam.
      .replaceAll(/<g class="mark-rect role-mark[^"]*"/g, '$& shape-rendering="crispEdges"');
    return { ...figure, svg: literal ? own : subscripts(own) };
  } finally {
    view.finalize();
  }
}
