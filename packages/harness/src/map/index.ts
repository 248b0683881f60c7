export { runMap } from './run-map.js';
