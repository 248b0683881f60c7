export { logInitialisation } from './log-initialisation.js';
