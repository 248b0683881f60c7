import { Buffer } from 'node:buffer';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { PROBLEM } from './problem.mjs';

/**
 * The results there are, by job, in a file of JSON lines that only grows. The first line holds the
 * problem; a last line torn by an interruption is cut off.
 *
 * @throws Error when the file holds another problem, or a line that is not one of its own
 */
export function openStore(path) {
  mkdirSync(dirname(path), { recursive: true });
  const results = new Map();
  const add = (value) => appendFileSync(path, `${JSON.stringify(value)}\n`);
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const whole = bytes.lastIndexOf('\n') + 1;
  if (whole < bytes.length) truncateSync(path, whole);
  const [first, ...lines] = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
  if (first === undefined) add(PROBLEM);
  else if (first !== JSON.stringify(PROBLEM)) {
    throw new Error(
      `openStore: expected ${path} to hold the problem ${JSON.stringify(PROBLEM)}, got ` +
        `${first.slice(0, 200)}. Name another file with --data.`,
    );
  }
  for (const line of lines) {
    const result = parse(line, path);
    results.set(result.id, result);
  }
  return {
    results,
    save(result) {
      add(result);
      results.set(result.id, result);
    },
  };
}

function parse(line, path) {
  try {
    const result = JSON.parse(line);
    if (typeof result.id === 'string') return result;
  } catch {
    // Reported below, as any other line that is not a result.
  }
  throw new Error(
    `openStore: expected ${path} to hold one result a line, got ${line.slice(0, 80)}. ` +
      'Remove that line, or name another file with --data.',
  );
}
