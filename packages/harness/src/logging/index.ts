export { logInitialisation } from './log-initialisation.js';
export { logMap } from './log-map.js';
