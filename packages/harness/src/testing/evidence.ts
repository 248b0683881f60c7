export { confirm, reject } from '../../../../vitest.evidence.ts';
