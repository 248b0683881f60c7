export { hasCheck, readCheck, readResiduals, type CheckRecord } from './check-files.js';
export type { Finding, Verdict } from './finding.js';
export type { ResidualProfile } from './residual-tests.js';
export { runCheck } from './run-check.js';
export type { WidthGap } from './width-trend.js';
export { renderCheck } from './render-check.js';
