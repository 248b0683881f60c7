import type { Reporter } from './reporter.js';
import type { Closable, Streams } from './streams.js';

/** Results and warnings only. */
export function quietReporter({ stdout, stderr }: Streams): Reporter & Closable {
  return {
    task: () => ({ advance: () => undefined, done: () => undefined }),
    line: () => undefined,
    warn: (text) => void stderr.write(`warning: ${text}\n`),
    result: (text) => void stdout.write(`${text}\n`),
    close: () => undefined,
  };
}
