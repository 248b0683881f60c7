import pc from 'picocolors';
import type { Finding } from './finding.js';

const MARKS = { ok: pc.green('✓'), warn: pc.yellow('!'), fail: pc.red('✗') };
const NAME_COLUMNS = 18;

/** The findings as lines, each with what to do below it, and a last line that sums them up. */
export function renderFindings(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ name, status, detail, advice }) => [
    `${MARKS[status]} ${name.padEnd(NAME_COLUMNS)} ${detail}`,
    ...(advice === undefined ? [] : [`  ${' '.repeat(NAME_COLUMNS)} ${pc.dim('→')} ${advice}`]),
  ]);
  const failed = findings.filter(({ status }) => status === 'fail').length;
  const warned = findings.filter(({ status }) => status === 'warn').length;
  const summary =
    failed > 0
      ? `${failed} of ${findings.length} do not work.`
      : warned > 0
        ? `Everything needed works; ${warned} could be better.`
        : 'Everything works.';
  return [...lines, '', summary].join('\n');
}
