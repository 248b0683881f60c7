import type { ConfigIssue } from './config-issue.js';
import type { Config } from './schema.js';

/**
 * The fewest networks, all healthy, that show a risk of at most `level`:
 * `(1 − level)^N ≤ 1 − confidence`.
 */
export function leastPaths({
  level,
  confidence,
}: Pick<Config['advise'], 'level' | 'confidence'>): number {
  return Math.ceil(Math.log1p(-confidence) / Math.log1p(-level));
}

/** What is wrong with the section `advise` whatever the model. */
export function adviseSectionIssues({ advise }: Config): ConfigIssue[] {
  const { paths, level, startRho, rho } = advise;
  const issues: ConfigIssue[] = [];
  const least = leastPaths(advise);
  if (paths < least) {
    issues.push({
      path: 'advise.paths',
      message:
        `expected at least ${least}, got ${paths}: fewer networks, though all healthy, do not show ` +
        `a risk of at most ${level}. Raise it, or raise advise.level.`,
    });
  }
  if (startRho >= rho) {
    issues.push({
      path: 'advise.startRho',
      message: `expected less than advise.rho (${rho}), got ${startRho}. Lower it, or raise advise.rho: tokens this alike stay so.`,
    });
  }
  return issues;
}

/** What keeps advice on a model from being given; for the command that gives it. */
export function adviseModelIssues({ model }: Config): ConfigIssue[] {
  if (model.tokens >= 2) return [];
  return [
    {
      path: 'model.tokens',
      message: `expected at least 2, got ${model.tokens}. Collapse is about pairs of tokens: raise it.`,
    },
  ];
}
