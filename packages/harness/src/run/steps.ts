import { createHash } from 'node:crypto';
import type { Config } from '../config/index.js';

/** What a run consists of, in the order it is made. */
export const STEPS = ['probe', 'predict', 'check', 'train', 'map', 'report'] as const;
export type StepName = (typeof STEPS)[number];

/** The steps that read what a step wrote: they are out of date once it is made anew. */
export const DEPENDENTS: Record<StepName, readonly StepName[]> = {
  probe: ['predict', 'check', 'report'],
  predict: ['check', 'report'],
  check: ['report'],
  train: ['report'],
  map: ['report'],
  report: [],
};

/** The files and folders of the run directory that a step owns. */
export const OUTPUTS: Record<StepName, readonly string[]> = {
  probe: ['probe', 'tensorboard/init'],
  predict: ['predict'],
  check: ['check'],
  train: ['train', 'tensorboard/train'],
  map: ['map', 'tensorboard/map'],
  report: ['report.html'],
};

/**
 * What a run directory stands for: a configuration that differs in it needs another directory.
 * The rest (how much is predicted, checked and trained, by how many workers) may change; the steps
 * that depend on it are made anew.
 */
export function runIdentity({ seed, backend, model, data, probe, check }: Config): object {
  return { seed, backend, model, data, probe, negativeControl: check.negativeControl };
}

/**
 * What a training is made from: one that was begun goes on only with the same. How often it is kept,
 * and how much of it, changes nothing that it computes or records.
 */
export function trainingInputs({ seed, backend, model, data, train }: Config): object {
  const { checkpointEvery: _every, keepCheckpoints: _keep, ...rest } = train;
  return { seed, backend, model, data, train: rest };
}

function inputsOf(step: StepName, config: Config): object {
  const { seed, model, data, probe, predict, check, train, map } = config;
  switch (step) {
    case 'probe':
      return runIdentity(config);
    case 'predict':
      return { ...runIdentity(config), predict };
    case 'check':
      return { ...runIdentity(config), predict, check };
    case 'train':
      return trainingInputs(config);
    case 'map':
      return {
        seed,
        model,
        map,
        ...(map.start === 'text' ? { data, windows: probe.windows } : {}),
      };
    case 'report':
      return { ...runIdentity(config), predict, check, train };
  }
}

/**
 * The hash of everything in the configuration that a step's result depends on: a step is complete
 * for a configuration when it was completed with the same digest.
 *
 * @param corpusHash the hash of the user's own text, which may change under the same name
 */
export function stepDigest(step: StepName, config: Config, corpusHash = ''): string {
  const text = JSON.stringify([step, inputsOf(step, config), corpusHash]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
