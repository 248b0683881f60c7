import { rmSync } from 'node:fs';
import { TensorBoardWriter, type HparamColumn } from '../tensorboard/index.js';
import { shortKey } from './job-name.js';
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
 * are one group.
 */
export function logSweep(sweep: SweepDirectory, { name, keys, shown, jobs }: SweepSummary): void {
  rmSync(sweep.path(FOLDER), { recursive: true, force: true });
  const seeded = jobs.some(({ settings }) => 'seed' in settings);
  const columns = [...keys, ...(seeded ? ['seed'] : [])].map((key) => columnOf(key, jobs));
  const texts = new Set(columns.filter(({ type }) => type === 'string').map((own) => own.name));
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
    const values = Object.entries(settings).map(([key, value]) => {
      const column = shortKey(key);
      return [column, texts.has(column) || value === null ? asText(value) : value] as const;
    });
    const { seed: _, ...group } = settings;
    const run = new TensorBoardWriter(sweep.path(FOLDER, job));
    run.hparamsStart(Object.fromEntries(values), Object.values(group).map(asText).join(' '));
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
