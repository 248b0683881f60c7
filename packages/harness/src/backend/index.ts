export { selectBackend, type BackendChoice, type SelectedBackend } from './select-backend.js';
