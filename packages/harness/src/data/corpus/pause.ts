import { setImmediate } from 'node:timers/promises';
import { throwIfInterrupted } from '../../failure.js';

/** How long work goes on before it lets a signal be heard: an interruption seems immediate. */
const TURN_MS = 50;

/** Called between pieces of long work, a pause lets signals be heard; it throws the interruption. */
export type Pause = () => Promise<void>;

/** A pause that costs nothing but now and then. */
export function pauseFor(signal?: AbortSignal): Pause {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN_MS) return;
    await setImmediate();
    throwIfInterrupted(signal);
    last = performance.now();
  };
}
