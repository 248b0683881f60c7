import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { throwIfInterrupted } from '../failure.js';
import { atomicWrite } from '../run/index.js';
import type { SweepDirectory, SweepSummary } from '../sweep/index.js';
import type { Figure, FigureSpec } from './figures/figure.js';
import { renderFigure } from './figures/render-figure.js';
import { sweepMetric, variedKeys } from './figures/sweep-metric.js';
import { sweepPage } from './html/sweep-page.js';

export interface SweepReportOptions {
  sweep: SweepDirectory;
  summary: SweepSummary;
  /** Where the page goes. Defaults to `report.html` in the sweep's directory. */
  out?: string;
  signal?: AbortSignal;
}

/** The figures of a sweep: every shown metric against every key that varies. */
export function sweepFigures(summary: SweepSummary): FigureSpec[] {
  return summary.shown
    .flatMap((metric) => variedKeys(summary).map((key) => sweepMetric(summary, metric, key)))
    .filter((figure) => figure !== undefined);
}

/**
 * Writes the page of a sweep: table, figures, and the jobs that are not complete.
 *
 * @returns the path of the page
 * @throws Failure when the page cannot be written, or on interruption
 */
export async function runSweepReport(options: SweepReportOptions): Promise<string> {
  const { sweep, summary, out, signal } = options;
  const figures: Figure[] = [];
  for (const spec of sweepFigures(summary)) {
    throwIfInterrupted(signal);
    figures.push(await renderFigure(spec));
  }
  const path = out === undefined ? sweep.path('report.html') : resolve(out);
  atomicWrite(path, sweepPage(summary, { figures, base: readFileSync(sweep.file, 'utf8') }));
  return path;
}
