import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Failure } from '../failure.js';
import { syntheticEnsemble } from '../testing/synthetic-ensemble.js';
import { tinyRun } from '../testing/tiny-run.js';
import { hasCheck, readCheck, readResiduals, writeCheck, type CheckRecord } from './check-files.js';
import { judge } from './finding.js';
import { COMPARED_METRICS, lastLayerTests } from './last-layer-tests.js';
import type { ResidualProfile } from './residual-tests.js';

const few = syntheticEnsemble(COMPARED_METRICS, { members: 2, seed: 1 });
const record: CheckRecord = {
  verdict: 'INCONCLUSIVE',
  alpha: 0.01,
  negativeControl: 'none',
  comparisons: { 'network against exact chain': 'INCONCLUSIVE' },
  findings: judge(lastLayerTests('network against exact chain', few, few, 0.01), 0.01),
  gaps: [
    { width: 64, metric: 'effectiveRank', gap: 0.1, standardError: 0.02, ks: 0.1, ksNoise: 1 },
  ],
  skipped: [{ comparison: 'exact chain against SDE', reason: 'expected shaped blocks.' }],
};
const profiles: ResidualProfile[] = [
  {
    stage: 'mixing',
    quantity: 'norm',
    layer: 1,
    drift: 1 / 3,
    driftStandardError: 0.1,
    diffusion: -1e-17,
    diffusionStandardError: 0.2,
  },
];

test('a verdict comes back with every digit, also what no effect could have been found by', () => {
  const { run } = tinyRun();
  expect(hasCheck(run)).toBe(false);
  writeCheck(run, record, profiles);
  expect(hasCheck(run)).toBe(true);
  expect(record.findings.some(({ detectable }) => detectable === Infinity)).toBe(true);
  expect(readCheck(run)).toEqual(record);
  expect(readResiduals(run)).toEqual(profiles);
});

test('a damaged or missing verdict is a Failure that names the file', () => {
  const { run } = tinyRun();
  expect(() => readCheck(run)).toThrow(Failure);
  writeCheck(run, record, profiles);
  writeFileSync(run.path('check', 'verdict.json'), '{"verdict":');
  expect(() => readCheck(run)).toThrow(/verdict\.json: expected JSON/);
});
