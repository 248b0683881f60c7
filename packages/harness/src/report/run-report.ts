import { resolve } from 'node:path';
import { throwIfInterrupted, usageFailure } from '../failure.js';
import type { Reporter } from '../progress/reporter.js';
import { atomicWrite, type RunDirectory } from '../run/index.js';
import type { Figure } from './figures/figure.js';
import { renderFigure } from './figures/render-figure.js';
import { page } from './html/page.js';
import type { DrawnRun } from './html/run-section.js';
import { readReportRun } from './report-run.js';
import { FIGURE_SECTIONS, runFigures } from './run-figures.js';

export interface ReportOptions {
  runs: readonly RunDirectory[];
  /** Where the page goes. Defaults to `report.html` in the first run's directory. */
  out?: string;
  reporter: Reporter;
  signal?: AbortSignal;
}

/**
 * Writes one self-contained page with the figures of one or several runs; what a run does not hold
 * is left out, with the command that makes it.
 *
 * @returns the path of the page
 * @throws Failure when a part of a run is damaged, the page cannot be written, or on interruption
 */
export async function runReport({ runs, out, reporter, signal }: ReportOptions): Promise<string> {
  if (runs.length === 0) {
    throw usageFailure('shaped report: expected a run directory, got none. Name one or several.');
  }
  const read = runs.map(readReportRun);
  const specs = read.map(runFigures);
  const prefixes = read.map((_, i) => (read.length === 1 ? '' : `run${i + 1}-`));
  const total = specs.reduce((sum, own) => sum + Object.values(own).flat().length, 0);
  const progress = reporter.task('figures', total);
  const drawn: DrawnRun[] = [];
  for (const [i, run] of read.entries()) {
    const figures = {} as DrawnRun['figures'];
    for (const section of FIGURE_SECTIONS) {
      const own: Figure[] = [];
      for (const spec of specs[i][section]) {
        throwIfInterrupted(signal);
        own.push(await renderFigure(spec, `${prefixes[i]}${spec.name}`));
        progress.advance();
      }
      figures[section] = own;
    }
    drawn.push({ run, figures });
  }
  progress.done();
  const path = out === undefined ? runs[0].path('report.html') : resolve(out);
  atomicWrite(path, page(drawn, prefixes));
  reporter.result(`report: ${path}`, { report: path });
  return path;
}
