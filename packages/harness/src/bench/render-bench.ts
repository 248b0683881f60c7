import Table from 'cli-table3';
import type { SelectedBackend } from '../backend/index.js';
import type { Timing } from './bench-backend.js';
import { WORKLOADS } from './workloads.js';

/** What one backend took, or why it was not timed. */
export interface BackendTimings {
  backend: string;
  selected?: SelectedBackend;
  timings?: Timing[];
  problem?: string;
}

const DIGITS = 3;

/** Milliseconds with three digits. */
const milliseconds = (value: number): string =>
  value >= 10 ** (DIGITS - 1) ? value.toFixed(0) : value.toPrecision(DIGITS);

/** A table of backends and workloads, median milliseconds, and what the workloads are below it. */
export function renderBench(all: readonly BackendTimings[]): string {
  const table = new Table({
    head: ['backend', ...WORKLOADS.map(({ name }) => `${name}, ms`)],
    colAligns: ['left', ...WORKLOADS.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const { backend, selected, timings, problem } of all) {
    const name = selected?.version ? `${backend} ${selected.version}` : backend;
    if (timings) table.push([name, ...timings.map(({ median }) => milliseconds(median))]);
    else table.push([name, { colSpan: WORKLOADS.length, content: problem ?? 'not timed' }]);
  }
  const legend = WORKLOADS.map(({ name, describe }) => `${name}: ${describe}`);
  return [table.toString(), ...legend, 'Medians of repetitions after one to warm up.'].join('\n');
}
