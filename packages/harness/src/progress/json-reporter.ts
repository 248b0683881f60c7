import type { Reporter } from './reporter.js';
import type { Closable, Streams } from './streams.js';

/**
 * For machines: every result is one line of JSON on standard output, its `data` where there is
 * one, else `{"text": …}`. Warnings are `{"warning": …}` on standard error; progress is left out.
 */
export function jsonReporter({ stdout, stderr }: Streams): Reporter & Closable {
  return {
    task: () => ({ advance: () => undefined, done: () => undefined }),
    line: () => undefined,
    warn: (text) => void stderr.write(`${JSON.stringify({ warning: text })}\n`),
    result: (text, data) => void stdout.write(`${JSON.stringify(data ?? { text })}\n`),
    close: () => undefined,
  };
}
