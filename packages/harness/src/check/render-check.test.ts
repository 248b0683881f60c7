import { expect, test } from 'vitest';
import type { CheckRecord } from './check-files.js';
import { judge, type Measurement } from './finding.js';
import { renderCheck } from './render-check.js';

const measurement: Measurement = {
  comparison: 'network against exact chain',
  quantity: 'mixing: drift of norm',
  test: 'mean rank among one-step draws',
  effect: -0.123456,
  unit: 'sd of a step',
  standardError: 0.0098765,
  pValue: 1e-9,
  detectable: 0.06789,
  resolution: 0.1,
  tolerance: 0,
};
const { standardError: _, ...distance } = measurement;
const record: CheckRecord = {
  verdict: 'FAIL',
  alpha: 0.01,
  negativeControl: 'none',
  comparisons: { 'network against exact chain': 'FAIL' },
  findings: judge(
    [
      measurement,
      {
        ...distance,
        quantity: 'last layer',
        effect: 0.4,
        unit: 'KS distance',
        pValue: 0.5,
        detectable: Infinity,
      },
    ],
    0.01,
  ),
  gaps: [
    {
      width: 64,
      metric: 'effectiveRank',
      gap: 0.25,
      standardError: 0.02,
      ks: 0.111,
      ksNoise: 0.03,
    },
  ],
  skipped: [
    { comparison: 'exact chain against SDE', reason: 'expected shaped blocks, got preLN.' },
  ],
};
const lines = renderCheck(record).split('\n');
const row = (word: string) => lines.find((line) => line.includes(word)) ?? '';

test('a row a test: effect, standard error and unit, what could be seen, adjusted p, verdict', () => {
  const cells = row('mixing: drift of norm')
    .split('│')
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '');
  expect(cells).toEqual([
    'mixing: drift of norm',
    '-0.123 ± 0.00988 sd of a step',
    '0.0679',
    '2.0e-9',
    'FAIL',
  ]);
});

test('a test that could see nothing has a dash, and is inconclusive', () => {
  expect(row('last layer')).toMatch(/0\.4 KS distance .* – .* INCONCLUSIVE/);
});

test('the gaps stand below with width, and what was not compared with its reason', () => {
  expect(row('effectiveRank')).toMatch(/64 .* 0\.25 ± 0\.02 .* 0\.111 .* 0\.03/);
  expect(lines).toContain(
    'exact chain against SDE: not compared, expected shaped blocks, got preLN.',
  );
});

test('the last line is the verdict, and no colour codes are in the text', () => {
  expect(lines.at(-1)).toBe('Verdict: FAIL');
  // eslint-disable-next-line no-control-regex
  expect(renderCheck(record)).not.toMatch(/\u001b/);
});
