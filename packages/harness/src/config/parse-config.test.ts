import { describe, expect, it } from 'vitest';
import { EXIT, Failure } from '../failure.js';
import { parseConfig } from './parse-config.js';

/** The lines of the failure of parsing `raw`, the first one left out. */
function problemsOf(raw: unknown): string[] {
  try {
    parseConfig(raw, 'test.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).exitCode).toBe(EXIT.usage);
    const [head, ...lines] = (error as Failure).message.split('\n');
    expect(head).toMatch(/^test\.yaml: \d+ problems? in the configuration$/);
    expect(Number(/: (\d+)/.exec(head)?.[1])).toBe(lines.length);
    return lines.map((line) => line.trim());
  }
  throw new Error('nothing failed');
}

describe('parseConfig', () => {
  it('fills in every default', () => {
    const config = parseConfig({}, 'test.yaml');
    expect(config.model).toMatchObject({ block: 'shaped', tokens: 8, width: 128, depth: 100 });
    expect(config.model.gamma).toBe(Math.SQRT1_2 / 2);
    expect(config).toMatchObject({ seed: 0, data: { corpus: 'sotu' }, check: { alpha: 0.01 } });
    expect(parseConfig(config, 'test.yaml')).toEqual(config);
  });

  it('takes a section with nothing below it as its defaults', () => {
    expect(parseConfig({ model: null, train: { model: null } }, 't')).toEqual(parseConfig({}, 't'));
  });

  it('reports every problem at once, combinations included', () => {
    const raw = {
      sead: 1,
      model: { dpth: 3, width: 'wide', gamma: 4 },
      probe: { windows: 300 },
      train: { model: { blok: 'shaped' } },
    };
    expect(problemsOf(raw).sort()).toEqual([
      'model.dpth: unknown key. Did you mean model.depth?',
      'model.gamma: expected at most 1, got 4.',
      'model.width: expected a number, got "wide".',
      'probe.windows: expected at most probe.networks (96), got 300. Lower it.',
      'sead: unknown key. Did you mean seed?',
      'train.model.blok: unknown key. Did you mean train.model.block?',
    ]);
  });

  it.each<[unknown, string]>([
    [{ model: 5 }, 'model: expected a section of keys, got 5.'],
    [{ model: { depth: 2.5 } }, 'model.depth: expected a whole number, got 2.5.'],
    [{ model: { depth: 0 } }, 'model.depth: expected more than 0, got 0.'],
    [{ model: { tau0: NaN } }, 'model.tau0: expected a number, got NaN.'],
    [{ model: { depth: { x: 1 } } }, 'model.depth: expected a number, got {"x":1}.'],
    [{ seed: -1 }, 'seed: expected at least 0, got -1.'],
    [{ seed: 1e20 }, 'seed: expected at most 9007199254740991, got 100000000000000000000.'],
    [{ check: { widths: [64] } }, 'check.widths: expected at least 2 entries, got [64].'],
    [{ check: { widths: [64, 'x'] } }, 'check.widths.1: expected a number, got "x".'],
    [{ data: { corpus: '' } }, 'data.corpus: expected some text, got "".'],
    [{ name: 'a/b' }, 'name: expected letters, digits, dot, dash or underscore, got "a/b".'],
    [{ name: '..' }, 'name: expected letters, digits, dot, dash or underscore, got "..".'],
    [{ seed: null }, 'seed: expected a number, got null.'],
    [
      { probe: { baselines: ['preLn'] } },
      'probe.baselines.0: expected one of shaped, unshaped, preLN, postLN, depthScaled, got "preLn". Did you mean preLN?',
    ],
  ])('says what was expected of %j', (raw, problem) => {
    expect(problemsOf(raw)).toEqual([problem]);
  });

  it('lists the valid keys when none is near', () => {
    expect(problemsOf({ data: { zebra: 1 } })).toEqual([
      'data.zebra: unknown key. Valid keys: corpus, tokenizer, vocabulary, positions.',
    ]);
    expect(problemsOf({ constructor: 1 })[0]).toMatch(/^constructor: unknown key/);
  });

  it('refuses parts that do not fit each other, each once', () => {
    expect(problemsOf({ model: { heads: 3, headWidth: 4 } })).toEqual([
      'model.heads: expected a divisor of the width (128), got 3. Change one of the two.',
    ]);
    expect(problemsOf({ model: { tokens: 200 }, check: { widths: [200, 400] } })[0]).toMatch(
      /^model\.width: expected at least the number of tokens \(200\), got 128/,
    );
    expect(problemsOf({ model: { heads: 4 }, check: { widths: [64, 66] } })).toEqual([
      'check.widths: width 66 does not fit the model: expected a divisor of the width (66), got 4. Change one of the two. Or leave this width out.',
    ]);
    expect(problemsOf({ train: { model: { width: 4 } } })[0]).toMatch(
      /^train\.model\.width: .* in the trained network/,
    );
    expect(problemsOf({ probe: { gradients: 20, networks: 8 } })[0]).toContain(
      'probe.networks (8)',
    );
    expect(problemsOf({ train: { warmup: 9, steps: 3 } })[0]).toContain('train.steps (3)');
  });
});
