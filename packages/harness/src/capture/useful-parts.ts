import { availableParallelism } from 'node:os';
import { nativeBackend } from './native-backend.js';

/** Beyond it the parts' own copies of what they have in common outweigh what more of them gain. */
const MOST = 4;

/**
 * Into how many independent parts a function is best cut before it is compiled: as many as there are
 * cores, up to four, on native TensorFlow on the processor; 1 elsewhere, where nothing runs them at
 * the same time.
 */
export function usefulParts(cores = availableParallelism()): number {
  const backend = nativeBackend();
  if (backend === undefined || backend.binding.isUsingGpuDevice()) return 1;
  return Math.min(cores, MOST);
}
