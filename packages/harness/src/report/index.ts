export { reportFigures, standaloneFigure, type StandaloneFigure } from './report-figures.js';
export { runReport, type ReportOptions } from './run-report.js';
export { runSweepReport, sweepFigures, type SweepReportOptions } from './run-sweep-report.js';
