import { ArchitectureError } from '@shaped/sde';
import { adviseModelIssues, adviseSectionIssues } from './advise-rules.js';
import { architectureOf, trainedModel, type ArchitectureChange } from './architecture-of.js';
import type { ConfigIssue } from './config-issue.js';
import { mapModelIssues, mapSectionIssues } from './map-rules.js';
import type { Config, ModelConfig } from './schema.js';
import { controlIssues, shapingIssues } from './shaping-rules.js';

/** A rule between values that are right by themselves. */
interface Combination {
  /** The keys or sections that take part; the rule is silent while one of them is itself wrong. */
  paths: string[];
  /** The command that alone must keep the rule. */
  command?: string;
  issues: (config: Config) => ConfigIssue[];
}

function architectureIssues(
  section: string,
  model: ModelConfig,
  change: ArchitectureChange = {},
  of = '',
): ConfigIssue[] {
  try {
    architectureOf(model, change);
    return [];
  } catch (error) {
    if (!(error instanceof ArchitectureError)) throw error;
    // A head width that follows from the heads is not the user's mistake; the heads are.
    const own = ({ path }: { path: string }) =>
      path !== 'headWidth' || model.headWidth !== undefined;
    return error.issues.filter(own).map(({ path, expected, got, fix }) => ({
      path: `${section}.${path}`,
      message: `expected ${expected}, got ${got}${of}. ${fix}`,
    }));
  }
}

function atMost(path: string, value: number, limitPath: string, limit: number): ConfigIssue[] {
  if (value <= limit) return [];
  return [{ path, message: `expected at most ${limitPath} (${limit}), got ${value}. Lower it.` }];
}

const combinations: Combination[] = [
  { paths: ['model'], issues: ({ model }) => architectureIssues('model', model) },
  { paths: ['model'], issues: ({ model }) => shapingIssues('model', model, model) },
  {
    paths: ['model', 'probe.baselines'],
    issues: ({ model, probe }) =>
      probe.baselines.flatMap((block) =>
        architectureIssues('model', model, { block }, ` in the ${block} baseline`),
      ),
  },
  {
    paths: ['model', 'check.widths'],
    issues: ({ model, check }) =>
      (check.widths ?? []).flatMap((width) =>
        architectureIssues('model', model, { width }).map(({ message }) => ({
          path: 'check.widths',
          message: `width ${width} does not fit the model: ${message} Or leave this width out.`,
        })),
      ),
  },
  {
    paths: ['model', 'train.model'],
    issues: (config) =>
      architectureIssues('train.model', trainedModel(config), {}, ' in the trained network'),
  },
  {
    paths: ['model', 'train.model'],
    issues: (config) => shapingIssues('train.model', config.train.model, trainedModel(config)),
  },
  { paths: ['model', 'check.negativeControl'], issues: controlIssues },
  {
    paths: ['probe.gradients', 'probe.networks'],
    issues: ({ probe: { gradients, networks } }) =>
      atMost('probe.gradients', gradients, 'probe.networks', networks),
  },
  {
    paths: ['probe.windows', 'probe.networks'],
    issues: ({ probe: { windows, networks } }) =>
      atMost('probe.windows', windows, 'probe.networks', networks),
  },
  {
    paths: ['train.warmup', 'train.steps'],
    issues: ({ train: { warmup = 0, steps } }) =>
      atMost('train.warmup', warmup, 'train.steps', steps),
  },
  {
    paths: ['train.accumulate', 'train.batch'],
    issues: ({ train: { accumulate, batch } }) =>
      batch % accumulate === 0
        ? []
        : [
            {
              path: 'train.accumulate',
              message: `expected a divisor of train.batch (${batch}), got ${accumulate}. Each part has batch/accumulate sequences.`,
            },
          ],
  },
  {
    paths: ['train.weightDecay', 'train.optimizer'],
    issues: ({ train: { weightDecay = 0, optimizer } }) =>
      weightDecay === 0 || optimizer !== 'adam'
        ? []
        : [
            {
              path: 'train.weightDecay',
              message: `expected 0 with optimizer adam, got ${weightDecay}. Adam with weight decay is adamw.`,
            },
          ],
  },
  { paths: ['advise'], issues: adviseSectionIssues },
  { paths: ['model.tokens'], command: 'advise', issues: adviseModelIssues },
  { paths: ['map'], issues: mapSectionIssues },
  { paths: ['model', 'map'], command: 'map', issues: mapModelIssues },
];

/**
 * The impossible combinations of a configuration, leaving out the rules that involve `wrongPaths` or
 * what an earlier rule refused: a mistake in `model` shows up in every network made from it and is
 * reported once.
 *
 * @param command whose own rules are looked at as well
 */
export function combinationIssues(
  config: Config,
  wrongPaths: ReadonlySet<string>,
  command?: string,
): ConfigIssue[] {
  const wrong = [...wrongPaths];
  const found: ConfigIssue[] = [];
  for (const { paths, issues, command: only } of combinations) {
    if (only !== undefined && only !== command) continue;
    const involved = (path: string) =>
      wrong.some((bad) => bad === path || bad.startsWith(`${path}.`) || path.startsWith(`${bad}.`));
    if (paths.some(involved)) continue;
    for (const issue of issues(config)) {
      const key = issue.path.split('.').at(-1);
      const known = found.some(({ path }) => path.split('.').at(-1) === key);
      if (known) continue;
      found.push(issue);
      wrong.push(issue.path);
    }
  }
  return found;
}
