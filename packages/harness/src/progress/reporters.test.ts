import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatLeft, formatRate, formatSeconds } from './format.js';
import { plainReporter } from './plain-reporter.js';
import { recordingReporter } from './recording-reporter.js';
import { selectReporter } from './select-reporter.js';
import { barLine } from './terminal-reporter.js';
import { memoryStreams } from './testing/memory-streams.js';

describe('times and rates', () => {
  const of = (units: number, seconds: number) => ({ units, seconds });

  it('read well at every size', () => {
    expect([0.04, 9.94, 9.96, 59.4, 60, 200, 3600, 7500].map(formatSeconds)).toEqual([
      '0.0 s',
      '9.9 s',
      '10 s',
      '59 s',
      '1 min',
      '3 min 20 s',
      '1 h 0 min',
      '2 h 5 min',
    ]);
    const rates = [of(0, 5), of(5, 50), of(50, 4), of(900, 3)].map(formatRate);
    expect(rates).toEqual(['–', '10 s each', '12.5/s', '300/s']);
    expect([formatLeft(10, of(0, 3)), formatLeft(8, of(2, 4)), formatLeft(0, of(10, 4))]).toEqual([
      '–',
      '16 s',
      '0.0 s',
    ]);
  });
});

describe('the plain reporter', () => {
  it('prints a line at the start, about every five seconds or tenth, and at the end', () => {
    const streams = memoryStreams();
    let clock = 0;
    const task = plainReporter(streams, () => clock).task('paths', 1000);
    for (let i = 0; i < 1000; i++) {
      clock += 20;
      task.advance(1, i === 500 ? undefined : 'loss 2');
    }
    task.done();
    task.done();
    const lines = streams.err().trimEnd().split('\n');
    expect(lines[0]).toBe('paths: 1000 to do');
    expect(lines[1]).toBe('paths: 100 of 1000, 50.0/s, 18 s left, loss 2');
    expect(lines).toHaveLength(1 + 9 + 1);
    expect(lines.at(-1)).toBe('paths: 1000 done in 20 s');
    expect(streams.out()).toBe('');
  });

  it('is not silent when little gets done', () => {
    const streams = memoryStreams();
    let clock = 0;
    const task = plainReporter(streams, () => clock).task('networks', 1000);
    for (let i = 0; i < 4; i++) {
      clock += 6000;
      task.advance();
    }
    expect(streams.err().trimEnd().split('\n')).toHaveLength(5);
  });
});

describe('the terminal reporter', () => {
  it('draws a bar with count, rate and time left, within a line of 100 columns', () => {
    const line = stripVTControlCharacters(
      barLine(
        { value: 30, total: 120, recent: { units: 30, seconds: 6 } },
        'shaped networks',
        'loss 2.31',
      ),
    );
    expect(line).toBe(
      'shaped networks        ██████░░░░░░░░░░░░░░░░░░  25 %  30/120  5.0/s  18 s left  loss 2.31',
    );
  });

  it('leaves one line of a finished task, and results on standard output alone', () => {
    const streams = memoryStreams(true);
    const reporter = selectReporter({}, streams);
    const task = reporter.task('networks', 2);
    task.advance(2);
    reporter.line('a line meanwhile');
    reporter.result('the result', { x: 1 });
    task.done();
    reporter.close();
    const text = stripVTControlCharacters(streams.err());
    expect(text).toMatch(/✓ networks +2 in 0\.\d s\n$/);
    expect(text).toContain('a line meanwhile\n');
    expect(streams.out()).toBe('the result\n');
  });

  it('ends its bar when closed in the middle of a task', () => {
    const streams = memoryStreams(true);
    const reporter = selectReporter({}, streams);
    reporter.task('networks', 5).advance();
    reporter.close();
    // A bar that is drawn no more shows the cursor again.
    expect(streams.err()).toContain('\u001b[?25h');
  });
});

describe('the quiet and JSON reporters', () => {
  it('print results, and warnings on standard error', () => {
    for (const [options, out, err] of [
      [{ quiet: true }, 'text\nonly text\n', 'warning: careful\n'],
      [{ json: true, quiet: true }, '{"x":1}\n{"text":"only text"}\n', '{"warning":"careful"}\n'],
    ] as const) {
      const streams = memoryStreams(true);
      const reporter = selectReporter(options, streams);
      const task = reporter.task('work', 3);
      task.advance();
      task.done();
      reporter.line('progress');
      reporter.warn('careful');
      reporter.result('text', { x: 1 });
      reporter.result('only text');
      reporter.close();
      expect([streams.out(), streams.err()]).toEqual([out, err]);
    }
  });
});

describe('the recording reporter', () => {
  it('passes everything on and keeps the results', () => {
    const streams = memoryStreams();
    const { reporter, results } = recordingReporter(plainReporter(streams));
    reporter.result('one', { a: 1 });
    reporter.line('line');
    reporter.warn('warn');
    reporter.task('t', 1).done();
    expect(results).toEqual([{ text: 'one', data: { a: 1 } }]);
    expect(streams.out()).toBe('one\n');
    expect(streams.err()).toMatch(/^line\nwarning: warn\nt: 1 to do\nt: 0 done/);
  });
});
