import { shortKey } from './job-name.js';
import type { Estimate, SettingValue, SweepGroup, SweepSummary } from './sweep-summary.js';

/** Digits of a standard error, and of a number that has none. */
const ERROR_DIGITS = 2;
const DIGITS = 4;

/** Digits after the point of numbers of this size: beyond them, powers of ten are shorter. */
const MOST_DECIMALS = 6;

/** A mean with its standard error, such as `0.123 ± 0.012`, both to the digits that mean something. */
export function formatEstimate({ mean, standardError }: Estimate): string {
  if (standardError === null || standardError === 0)
    return String(Number(mean.toPrecision(DIGITS)));
  const exponent = Math.floor(Math.log10(standardError));
  const decimals = Math.max(0, ERROR_DIGITS - 1 - exponent);
  if (decimals <= MOST_DECIMALS) {
    return `${mean.toFixed(decimals)} ± ${standardError.toFixed(decimals)}`;
  }
  return `${mean.toPrecision(DIGITS)} ± ${standardError.toPrecision(ERROR_DIGITS)}`;
}

/** A value of a key for a table. */
export function formatSetting(value: SettingValue): string {
  return value === null ? 'default' : String(value);
}

/** Verdicts with how often each was reached: `PASS 3, FAIL 1`. */
export function formatOutcomes(counts: Record<string, number> | undefined): string {
  return Object.entries(counts ?? {})
    .map(([word, count]) => `${word} ${count}`)
    .join(', ');
}

/** The names of the verdicts of a sweep. */
export function outcomeNames(groups: readonly SweepGroup[]): string[] {
  return [...new Set(groups.flatMap(({ outcomes }) => Object.keys(outcomes)))];
}

/** The columns and rows of a sweep's table, as text. */
export function summaryTable(summary: SweepSummary): { head: string[]; rows: string[][] } {
  const { keys, shown, groups } = summary;
  const outcomes = outcomeNames(groups);
  return {
    head: [...keys.map(shortKey), 'jobs', ...shown, ...outcomes],
    rows: groups.map(({ settings, jobs, done, metrics, outcomes: own }) => [
      ...keys.map((key) => formatSetting(settings[key])),
      done === jobs ? String(jobs) : `${done} of ${jobs}`,
      ...shown.map((key) => (key in metrics ? formatEstimate(metrics[key]) : '')),
      ...outcomes.map((name) => formatOutcomes(own[name])),
    ]),
  };
}

/** A sweep as a Markdown table, a line a setting, its seeds as mean ± standard error. */
export function summaryMarkdown(summary: SweepSummary): string {
  const { head, rows } = summaryTable(summary);
  const text = (cell: string) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const cells = [head, ...rows].map((row) => row.map(text));
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => row[i].length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
}

/** A cell of a CSV file (RFC 4180). */
function csvCell(value: SettingValue | undefined): string {
  const text = value === undefined || value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** All jobs as CSV, every number with all its digits. */
export function summaryCsv({ jobs }: SweepSummary): string {
  const names = (of: 'settings' | 'metrics' | 'outcomes') => [
    ...new Set(jobs.flatMap((job) => Object.keys(job[of]))),
  ];
  const [settings, metrics, outcomes] = [names('settings'), names('metrics'), names('outcomes')];
  const rows = jobs.map((job) => [
    ...[job.job, job.state],
    ...settings.map((key) => job.settings[key]),
    ...metrics.map((key) => job.metrics[key]),
    ...outcomes.map((key) => job.outcomes[key]),
  ]);
  const head = ['job', 'state', ...settings, ...metrics, ...outcomes];
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}
