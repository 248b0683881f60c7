import type { Reporter } from './reporter.js';

/** One result, as it was reported. */
export interface Result {
  text: string;
  data?: unknown;
}

/** A reporter that passes everything on and keeps the results, so that they can be shown again. */
export function recordingReporter(inner: Reporter): { reporter: Reporter; results: Result[] } {
  const results: Result[] = [];
  const reporter: Reporter = {
    task: (label, total) => inner.task(label, total),
    line: (text) => inner.line(text),
    warn: (text) => inner.warn(text),
    result: (text, data) => {
      results.push({ text, data });
      inner.result(text, data);
    },
  };
  return { reporter, results };
}
