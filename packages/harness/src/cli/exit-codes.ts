import { EXIT } from '../failure.js';

// Broken into lines by hand, so that no code is parted from its meaning in a narrow terminal.

const { done, failed, usage, inconclusive, interrupted, terminated } = EXIT;

const MISUSE = `${usage} usage or configuration`;
const STOPPED = `${interrupted} and ${terminated} interrupted`;

/** The exit codes of all commands, for the help of `shaped` itself. */
export const ALL_CODES = `${done} done or PASS, ${failed} failed or FAIL, ${MISUSE},\n${inconclusive} INCONCLUSIVE, ${STOPPED}.`;

/** Those of the commands that end with a verdict. */
export const VERDICT_CODES = `${done} PASS, ${failed} FAIL or an error, ${MISUSE},\n${inconclusive} INCONCLUSIVE, ${STOPPED}.`;

/** Those of `shaped doctor`. */
export const DOCTOR_CODES = `${done} everything needed works, ${failed} something does not, ${usage} usage,\n${STOPPED}.`;

/** Those of `shaped advise`. */
export const ADVICE_CODES = `${done} healthy, or advice that was confirmed, ${failed} failed,\n${MISUSE}, ${inconclusive} not confirmed or none found,\n${STOPPED}.`;

/** Those of `shaped backend`. */
export const BACKEND_CODES = `${done} done, ${failed} failed, ${usage} usage, ${STOPPED}.`;

/** Those of `shaped sweep`. */
export const SWEEP_CODES = `${done} every job is done, ${failed} failed, ${MISUSE},\n${inconclusive} some jobs are not done, ${STOPPED}.`;

/** Those of `shaped data`. */
export const DATA_CODES = BACKEND_CODES;
