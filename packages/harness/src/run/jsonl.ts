import { readFileSync } from 'node:fs';
import { Failure } from '../failure.js';
import { atomicWrite, diskFailure } from './atomic-write.js';

/**
 * One line of JSON. Numbers keep every digit.
 *
 * @throws Failure on a number that JSON cannot hold, naming its key
 */
export function jsonLine(record: object): string {
  return (
    JSON.stringify(record, (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new Failure(`jsonLine: expected finite numbers, got ${value} at '${key}'.`);
      }
      return value;
    }) + '\n'
  );
}

/** Writes records as JSON Lines in one atomic step. */
export function writeJsonl(path: string, records: readonly object[]): void {
  atomicWrite(path, records.map(jsonLine).join(''));
}

/**
 * The records of a JSON Lines file. A last line cut short by a crash is left out.
 *
 * @throws Failure when the file is missing or an inner line is damaged
 */
export function readJsonl<T>(path: string): T[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw diskFailure('read', path, cause);
  }
  const lines = text.split('\n');
  const complete = lines.slice(0, -1);
  return complete.map((line, index) => {
    try {
      return JSON.parse(line) as T;
    } catch (cause) {
      throw new Failure(`${path}: line ${index + 1} is not JSON. Make the file again.`, undefined, {
        cause,
      });
    }
  });
}
