import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { UsageError } from './problem.mjs';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** The names of all experiments. */
export function experimentNames() {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length));
}

/**
 * An experiment: `{ name, title, question, reduced, sweeps: { [name]: sweep file } }`.
 *
 * @param {string} name
 * @param {boolean} quick with the changes of its section `quick`
 * @throws UsageError when there is none of this name
 */
export function readExperiment(name, quick) {
  const path = `${FOLDER}${name}.yaml`;
  if (!existsSync(path)) {
    throw new UsageError(
      `experiments: expected one of ${experimentNames().join(', ')}, got "${name}". Choose one.`,
    );
  }
  const { quick: changes = {}, ...experiment } = parse(readFileSync(path, 'utf8'));
  for (const [sweep, keys] of Object.entries(quick ? changes : {})) {
    for (const [key, value] of Object.entries(keys)) change(experiment.sweeps[sweep], key, value);
  }
  return { name, ...experiment };
}

/** Replaces what a key is swept over, or its value in what all jobs share. */
function change(sweep, key, value) {
  if (key === 'seeds') {
    sweep.seeds = value;
    return;
  }
  for (const axes of [sweep.grid, sweep.zip]) {
    if (axes?.[key] === undefined) continue;
    axes[key] = value;
    return;
  }
  const parts = key.split('.');
  const last = parts.pop();
  const section = parts.reduce((node, part) => (node[part] ??= {}), sweep.config);
  section[last] = value;
}
