import * as tf from '@tensorflow/tfjs-core';
import { PATCHES, type Patch } from './patches.js';
import { missingParts, PATCHED_VERSION, type WasmAccess } from './wasm-access.js';

/** Whether a patch of the wasm backend is used. */
export interface PatchState {
  name: string;
  /** Why it is not used; undefined where it is. */
  problem: string | undefined;
  /** What is lost without it. */
  without: string;
}

/** Releases by the names of their packages. */
export type Versions = Readonly<Record<string, string>>;

function install(patch: Patch, backend: WasmAccess, versions: Versions): string | undefined {
  for (const [name, version] of Object.entries(versions)) {
    if (version !== PATCHED_VERSION) {
      return `it is made for ${name} ${PATCHED_VERSION}, got ${version}`;
    }
  }
  const missing = missingParts(backend, patch.needs);
  if (missing.length > 0) return `the backend has no ${missing.join(', ')} as it is known`;
  let undo: (() => void) | undefined;
  try {
    undo = patch.install(backend);
    const problem = patch.check();
    if (problem === undefined) return undefined;
    undo();
    return problem;
  } catch (error) {
    undo?.();
    const message = error instanceof Error ? error.message : String(error);
    return `it failed: ${message.replace(/\.$/, '')}`;
  }
}

/** The backends that have their patches, and what became of each. */
const installed = new WeakMap<object, PatchState[]>();

/**
 * Patches the running wasm backend, once, and returns what became of each patch. One that is made
 * for other releases, does not find the parts it needs, or fails its check (a small computation with
 * its gradient, against plain arithmetic) is not used: what the backend ships runs instead.
 *
 * @param versions the releases that run
 * @param backend with the parts that the patches need; replaced in tests, like `patches`
 */
export function installPatches(
  versions: Versions,
  backend: object = tf.backend(),
  patches: readonly Patch[] = PATCHES,
): PatchState[] {
  let states = installed.get(backend);
  if (states === undefined) {
    states = patches.map((patch) => ({
      name: patch.name,
      problem: install(patch, backend as WasmAccess, versions),
      without: patch.without,
    }));
    installed.set(backend, states);
  }
  return states;
}

/** A line for each patch that is not used. */
export function patchNotices(states: readonly PatchState[]): string[] {
  return states
    .filter(({ problem }) => problem !== undefined)
    .map(({ name, problem, without }) => `wasm: no ${name} patch, because ${problem}; ${without}.`);
}
