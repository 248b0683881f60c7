export * from './native/index.js';
export { selectBackend, type BackendChoice, type SelectedBackend } from './select-backend.js';
