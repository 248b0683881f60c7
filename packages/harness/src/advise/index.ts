export type { Advice, AdviceRecord, Examination, Outcome } from './advice-record.js';
export { advisePlan, type AdvisePlan } from './advise-plan.js';
export type { FateSummary } from './fate-summary.js';
export { renderAdvice } from './render-advice.js';
export { runAdvise, type AdviseOptions } from './run-advise.js';
