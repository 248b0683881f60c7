import type { NegativeControl } from '../network/index.js';
import { readJsonl, writeJsonl, type RunDirectory } from '../run/index.js';
import type { Comparison, Finding, Verdict } from './finding.js';
import type { ResidualProfile } from './residual-tests.js';
import type { WidthGap } from './width-trend.js';

/** What `check/verdict.json` says; it is written last and marks completeness. */
export interface CheckRecord {
  verdict: Verdict;
  alpha: number;
  negativeControl: NegativeControl;
  /** Verdict of each comparison that was made. */
  comparisons: Record<string, Verdict>;
  findings: Finding[];
  gaps: WidthGap[];
  /** Comparisons that were not made, and why. */
  skipped?: { comparison: Comparison; reason: string }[];
}

export function writeCheck(
  run: RunDirectory,
  record: CheckRecord,
  profiles: readonly ResidualProfile[],
): void {
  writeJsonl(run.path('check', 'residuals.jsonl'), profiles);
  run.writeJson(record, 'check', 'verdict.json');
}

/** True when the check of a run is complete. */
export function hasCheck(run: RunDirectory): boolean {
  return run.has('check', 'verdict.json');
}

/** The verdict and its findings. @throws Failure when it is missing or damaged */
export function readCheck(run: RunDirectory): CheckRecord {
  const record = run.readJson<CheckRecord>('check', 'verdict.json');
  // JSON has no infinity: a test that could have detected nothing stands there with null.
  const findings = record.findings.map((finding) => ({
    ...finding,
    detectable: (finding.detectable as number | null) ?? Infinity,
  }));
  return { ...record, findings };
}

/** The one-step residuals layer by layer. */
export function readResiduals(run: RunDirectory): ResidualProfile[] {
  return readJsonl(run.path('check', 'residuals.jsonl'));
}
