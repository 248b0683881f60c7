import type { SweepIssue } from './sweep-issue.js';
import type { SweepRequest } from './sweep-request.js';

/** Keys that several jobs cannot differ in, and why. */
const FIXED: Record<string, string> = {
  name: 'the jobs are named after their settings. Remove it.',
  workers: 'it changes no result. Use --jobs and --threads.',
};

/** The problems between axes that are right by themselves. */
export function axisIssues({ grid, zip, list, seeds }: SweepRequest): SweepIssue[] {
  const issues: SweepIssue[] = [];
  const places = [
    ...Object.keys(grid).map((key) => ['grid', key]),
    ...Object.keys(zip).map((key) => ['zip', key]),
    ...[...new Set(list.flatMap((entry) => Object.keys(entry)))].map((key) => ['list', key]),
  ];
  const seen = new Map<string, string>();
  for (const [where, key] of places) {
    const path = `${where}.${key}`;
    if (key in FIXED) issues.push({ path, message: `cannot be swept: ${FIXED[key]}` });
    if (key === 'seed' && seeds !== undefined) {
      issues.push({ path, message: 'seeds are given too. Keep one of the two.' });
    }
    const before = seen.get(key);
    if (before !== undefined) {
      issues.push({ path, message: `the key stands in ${before} too. Keep one of the two.` });
    }
    seen.set(key, where);
  }
  const lengths = Object.entries(zip).map(([key, values]) => `${key} ${values.length}`);
  if (new Set(Object.values(zip).map(({ length }) => length)).size > 1) {
    issues.push({
      path: 'zip',
      message: `expected lists of one length, got ${lengths.join(', ')}. Make them equal, or move keys to grid for all combinations.`,
    });
  }
  return issues;
}
