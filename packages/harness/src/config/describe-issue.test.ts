import { describe, expect, it } from 'vitest';
import { describeIssue } from './describe-issue.js';
import { configSchema } from './schema.js';

/** What is said of each problem that the schema finds in `raw`. */
function said(raw: object): string[] {
  const { error } = configSchema.safeParse(raw);
  const issues = error?.issues.flatMap((issue) => describeIssue(issue, raw)) ?? [];
  return issues.map(({ path, message }) => `${path}: ${message}`);
}

const SECTIONS = Object.keys(configSchema.shape);
/** Where a stopping radius stands. */
const STOP_AT = Object.entries(configSchema.parse({})).flatMap(([section, keys]) =>
  typeof keys === 'object' && 'stopAt' in keys ? [`${section}.stopAt`] : [],
);

describe('describeIssue of an unknown key', () => {
  it.each<[string, object, ...string[]]>([
    ['a key of the section', { model: { dpeth: 1 } }, 'model.dpeth: Did you mean model.depth?'],
    [
      'a key of the section before the same name elsewhere',
      { check: { width: 1 } },
      'check.width: Did you mean check.widths?',
    ],
    ['a section', { modle: {} }, 'modle: Did you mean model?'],
    ['a key of a section left out', { depth: 3 }, 'depth: Did you mean model.depth?'],
    [
      'a key elsewhere before one of the section that is less near',
      { dpth: 3, step: 4 },
      'dpth: Did you mean model.depth?',
      'step: Did you mean train.steps or map.steps?',
    ],
    [
      'a key of another section',
      { model: { warmup: 3 } },
      'model.warmup: Did you mean train.warmup?',
    ],
    ['a key of the top', { model: { backend: 'cpu' } }, 'model.backend: Did you mean backend?'],
    [
      'a key below the section before one elsewhere',
      { train: { depth: 3 } },
      'train.depth: Did you mean train.model.depth?',
    ],
    ['every place as deep', { stopAt: 3 }, `stopAt: Did you mean ${STOP_AT.join(' or ')}?`],
  ])('names %s', (_what, raw, ...lines) => {
    expect(said(raw)).toEqual(lines.map((line) => line.replace(': ', ': unknown key. ')));
  });

  it('lists the keys of the section when none is near anywhere', () => {
    expect(said({ data: { zebra: 1 } })).toEqual([
      'data.zebra: unknown key. Valid keys: corpus, tokenizer, vocabulary, positions.',
    ]);
    expect(said({ zebra: 1 })).toEqual([`zebra: unknown key. Valid keys: ${SECTIONS.join(', ')}.`]);
  });

  it('treats each unknown key by itself', () => {
    expect(said({ depth: 1, sede: 2 })).toEqual([
      'depth: unknown key. Did you mean model.depth?',
      'sede: unknown key. Did you mean seed?',
    ]);
  });
});
