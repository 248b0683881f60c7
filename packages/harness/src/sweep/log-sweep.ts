import { rmSync } from 'node:fs';
import { TensorBoardWriter, type HparamColumn } from '../tensorboard/index.js';
import { jobName, shortKey } from './job-name.js';
import { metricText } from './metric-keys.js';
import type { SweepDirectory } from './sweep-directory.js';
import type { SettingValue, SweepRow, SweepSummary } from './sweep-summary.js';

const FOLDER = 'tensorboard';

/** A column of one type for values that may be of several. */
function columnOf(key: string, jobs: readonly SweepRow[]): HparamColumn {
  const values = [...new Set(jobs.map(({ settings }) => settings[key]))];
  const types = new Set(values.map((value) => typeof value));
  const [only] = types;
  const name = shortKey(key);
  if (types.size === 1 && only === 'number') {
    const numbers = values as number[];
    return {
      ...{ name, type: 'number', displayName: name },
      domain: { minimum: Math.min(...numbers), maximum: Math.max(...numbers) },
    };
  }
  if (types.size === 1 && only === 'boolean') return { name, type: 'boolean', displayName: name };
  return { name, type: 'string', displayName: name, domain: { values: values.map(asText) } };
}

const asText = (value: SettingValue) => (value === null ? 'default' : String(value));

/**
 * Writes TensorBoard's table of hyperparameters: its columns in the folder `tensorboard`, a session a
 * job in the folders below, each with the job's numbers at its end. Jobs that differ in the seed alone
 * are one group, which TensorBoard shows as a row with the mean of its sessions.
 */
export function logSweep(sweep: SweepDirectory, { name, keys, shown, jobs }: SweepSummary): void {
  rmSync(sweep.path(FOLDER), { recursive: true, force: true });
  const columns = keys.map((key) => columnOf(key, jobs));
  const table = new TensorBoardWriter(sweep.path(FOLDER));
  table.hparamsExperiment({
    name,
    hparams: columns,
    metrics: shown.map((tag) => {
      const { title, description } = metricText(tag);
      return { tag, displayName: title, description };
    }),
  });
  table.close();
  for (const { job, state, settings, metrics } of jobs) {
    if (state === 'missing') continue;
    const values = keys.map((key, i) => {
      const value = settings[key];
      const isText = columns[i].type === 'string' || value === null;
      return [columns[i].name, isText ? asText(value) : value] as const;
    });
    const group = jobName(Object.fromEntries(keys.map((key) => [key, settings[key]])));
    const run = new TensorBoardWriter(sweep.path(FOLDER, job));
    run.hparamsStart(Object.fromEntries(values), group);
    for (const [tag, value] of Object.entries(metrics)) {
      // One that single precision cannot hold is left to the table of the summary.
      if (!Number.isFinite(Math.fround(value))) continue;
      const { title, description } = metricText(tag);
      run.scalar(tag, value, 0, { displayName: title, description });
    }
    run.hparamsEnd(state === 'done' ? 'success' : 'failure');
    run.close();
  }
}
