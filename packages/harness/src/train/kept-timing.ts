import { existsSync, readFileSync } from 'node:fs';
import type { TimingRecord } from './training-record.js';

/**
 * How much of `train/timing.jsonl` stays when a training goes on from a step: its lines before that
 * step, up to one that a crash damaged, in bytes; and how long the training had taken by then, in
 * seconds. Times are no part of a checkpoint, which has the same bytes for the same training.
 */
export function keptTiming(path: string, step: number): { bytes: number; elapsed: number } {
  const kept = { bytes: 0, elapsed: 0 };
  if (!existsSync(path)) return kept;
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const record = parse(line);
    if (record === undefined || record.step >= step) break;
    kept.bytes += Buffer.byteLength(line) + 1;
    kept.elapsed = record.elapsed;
  }
  return kept;
}

function parse(line: string): TimingRecord | undefined {
  try {
    return JSON.parse(line) as TimingRecord;
  } catch {
    return undefined;
  }
}
