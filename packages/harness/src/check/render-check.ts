import Table from 'cli-table3';
import type { CheckRecord } from './check-files.js';
import type { Finding } from './finding.js';

/** A number in three significant digits; a dash for what no number says. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

function row(finding: Finding): string[] {
  const { effect, standardError, unit, detectable, adjustedPValue } = finding;
  const error = standardError === undefined ? '' : ` ± ${number(standardError)}`;
  return [
    finding.quantity,
    `${number(effect)}${error} ${unit}`,
    number(detectable),
    number(adjustedPValue),
    finding.verdict,
  ];
}

/** The findings as a table, one a test, with what each could have detected. */
export function renderCheck({
  findings,
  comparisons,
  verdict,
  gaps,
  skipped = [],
}: CheckRecord): string {
  const parts = Object.entries(comparisons).map(([comparison, own]) => {
    const table = new Table({
      head: [comparison, 'effect ± standard error', 'detectable', 'adjusted p', 'verdict'],
      style: { head: [], border: [], compact: true },
    });
    table.push(...findings.filter((f) => f.comparison === comparison).map(row));
    return `${table.toString()}\n${comparison}: ${own}`;
  });
  if (gaps.length > 0) {
    const table = new Table({
      head: ['metric', 'width', 'gap to the SDE ± standard error (sd)', 'KS distance', 'KS noise'],
      style: { head: [], border: [], compact: true },
    });
    for (const { metric, width, gap, standardError, ks, ksNoise } of gaps) {
      table.push([
        metric,
        String(width),
        `${number(gap)} ± ${number(standardError)}`,
        number(ks),
        number(ksNoise),
      ]);
    }
    parts.push(table.toString());
  }
  for (const { comparison, reason } of skipped) {
    parts.push(`${comparison}: not compared, ${reason}`);
  }
  return `${parts.join('\n\n')}\n\nVerdict: ${verdict}`;
}
