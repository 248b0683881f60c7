import type { StepName } from '../run/index.js';

/** The commands that a sweep can repeat, and the steps whose completion ends each of them. */
const STEPS_OF = {
  probe: ['probe'],
  predict: ['predict'],
  check: ['probe', 'predict', 'check'],
  train: ['train'],
  map: ['map'],
  run: ['probe', 'predict', 'check', 'train', 'report'],
  advise: [],
} as const satisfies Record<string, readonly StepName[]>;

/** A command that a sweep can repeat. */
export type SweepCommand = keyof typeof STEPS_OF;

export const SWEEP_COMMANDS = Object.keys(STEPS_OF) as readonly SweepCommand[];

/** What `shaped advise` leaves in its folder; the other commands leave steps of a run. */
export const ADVICE_FILE = 'advice.json';

/** The steps of a run directory that a command completes; none for `advise`, which writes a file. */
export function stepsOf(command: SweepCommand): readonly StepName[] {
  return STEPS_OF[command];
}
