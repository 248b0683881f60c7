import { describe, expect, it } from 'vitest';
import { formatEstimate, summaryCsv, summaryMarkdown } from './render-summary.js';
import { groupRows, type SweepRow, type SweepSummary } from './sweep-summary.js';

const row = (gamma: number, seed: number, loss?: number): SweepRow => ({
  ...{ job: `gamma=${gamma}_seed=${seed}`, settings: { 'model.gamma': gamma, seed } },
  state: loss === undefined ? 'failed' : 'done',
  metrics: loss === undefined ? {} : { 'train.validationLoss': loss },
  outcomes: loss === undefined ? {} : { check: loss > 2 ? 'FAIL' : 'PASS' },
});

const rows = [row(0.1, 0, 1), row(0.1, 1, 2), row(0.1, 2, 6), row(0.5, 0, 4), row(0.5, 1)];

const summary: SweepSummary = {
  ...{ name: 'test', commands: ['train'], keys: ['model.gamma'], jobs: rows },
  ...{ shown: ['train.validationLoss'], groups: groupRows(rows) },
};

describe('groupRows', () => {
  it('puts seeds together, as mean and standard error of the jobs that are done', () => {
    const [first, second] = summary.groups;
    // Mean 3, s² = (4 + 1 + 9)/2 = 7, s/√3 = √(7/3).
    expect(first).toMatchObject({ jobs: 3, done: 3, outcomes: { check: { PASS: 2, FAIL: 1 } } });
    expect(first.metrics['train.validationLoss']).toEqual({
      ...{ mean: 3, count: 3, standardError: expect.closeTo(Math.sqrt(7 / 3), 14) as number },
    });
    expect(second).toMatchObject({ jobs: 2, done: 1 });
    expect(second.metrics['train.validationLoss']).toEqual({
      ...{ mean: 4, standardError: null, count: 1 },
    });
  });
});

describe('the table of a sweep', () => {
  it('is Markdown, a line a setting', () => {
    expect(summaryMarkdown(summary).split('\n')).toEqual([
      '| gamma | jobs   | train.validationLoss | check          |',
      '| ----- | ------ | -------------------- | -------------- |',
      '| 0.1   | 3      | 3.0 ± 1.5            | PASS 2, FAIL 1 |',
      '| 0.5   | 1 of 2 | 4                    | FAIL 1         |',
    ]);
  });

  it('is CSV, a line a job', () => {
    const odd = {
      ...rows[0],
      job: 'a,"b"',
      settings: { ...rows[0].settings, 'data.corpus': null },
    };
    expect(summaryCsv({ ...summary, jobs: [odd, rows[4]] })).toBe(
      [
        'job,state,model.gamma,seed,data.corpus,train.validationLoss,check',
        '"a,""b""",done,0.1,0,,1,PASS',
        'gamma=0.5_seed=1,failed,0.5,1,,,',
        '',
      ].join('\n'),
    );
  });

  it('shows as many digits as the error leaves', () => {
    const show = (mean: number, standardError: number | null) =>
      formatEstimate({ mean, standardError, count: 3 });
    expect([
      ...[show(0.123456, 0.0123), show(1234.5, 12), show(-0.5, null), show(2, 0)],
      show(1e-9, 2.34e-10),
    ]).toEqual(['0.123 ± 0.012', '1235 ± 12', '-0.5', '2', '1.000e-9 ± 2.3e-10']);
  });
});
