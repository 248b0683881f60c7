export { WASM_HEAP_BYTES } from './heap-guard.js';
export type { PatchState } from './install-patches.js';
export * from './native/index.js';
export {
  currentBackend,
  selectBackend,
  type BackendChoice,
  type SelectedBackend,
} from './select-backend.js';
