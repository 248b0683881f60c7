export { examine } from './examine.js';
export type { Finding } from './finding.js';
export { renderFindings } from './render-findings.js';
