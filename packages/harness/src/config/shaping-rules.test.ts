import { describe, expect, test } from 'vitest';
import { configIssues } from './parse-config.js';

/** The problems of a configuration, `path: message` each. */
const problemsOf = (raw: object) =>
  configIssues(raw).map(({ path, message }) => `${path}: ${message}`);

describe('terms and gains', () => {
  test.each([
    { model: { identity: false, gamma2: 0.5 } },
    { model: { centring: false, gamma1: 0 }, train: { model: { centring: true } } },
    { model: { attention: 'shaped', block: 'unshaped', gamma1: 2 } },
    { model: { gamma1: 0.5, activation: 'gelu', a: 0.3 }, train: { model: { block: 'preLN' } } },
    { model: { gamma1: 0.5 }, train: { model: { identity: false } } },
    { train: { model: { block: 'postLN', attention: 'shaped', centring: false } } },
  ])('fit each other: %j', (raw) => {
    expect(problemsOf(raw)).toEqual([]);
  });

  test.each<[object, RegExp[]]>([
    [
      { model: { block: 'postLN', centring: false, gamma1: 0.5 } },
      [
        /^model\.centring: expected none with softmax attention, as postLN blocks have by default, got false\. .* set model\.attention to shaped, or leave it out\.$/,
        /^model\.gamma1: expected none with softmax attention, .* got 0\.5\./,
      ],
    ],
    [
      { model: { attention: 'softmax', identity: true } },
      [/^model\.identity: expected none with softmax attention, as shaped blocks have here/],
    ],
    [
      { train: { model: { block: 'unshaped', gamma2: 0.1 } } },
      [/^train\.model\.gamma2: expected none with softmax attention, as unshaped blocks have/],
    ],
    [
      { model: { identity: false, gamma1: 0.5 } },
      [/^model\.gamma1: expected none where identity is false, got 0\.5\./],
    ],
    [
      { model: { centring: false }, train: { model: { gamma2: 1 } } },
      [/^train\.model\.gamma2: .* or set train\.model\.centring to true\.$/],
    ],
    [{ model: { gamma1: -1 } }, [/^model\.gamma1: expected at least 0, got -1\.$/]],
    [{ train: { model: { gamma2: Infinity } } }, [/^train\.model\.gamma2: expected a number/]],
    [{ model: { a: 0 } }, [/^model\.a: expected more than 0, got 0\.$/]],
    [{ model: { activation: 'GELU' } }, [/^model\.activation: expected one of .*gelu/]],
  ])('that do not are refused, with what to do: %j', (raw, messages) => {
    const problems = problemsOf(raw);
    expect(problems).toHaveLength(messages.length);
    messages.forEach((message, i) => expect(problems[i]).toMatch(message));
  });
});

describe('a negative control that would change nothing is refused', () => {
  test.each<[string, object, RegExp]>([
    ['centring', { centring: false }, /got centring where there is no centring/],
    ['centring', { gamma2: 0 }, /there is no centring/],
    ['centring', { block: 'unshaped' }, /attention is plain softmax/],
    ['cMinus', { activation: 'relu' }, /got cMinus where the activation is relu/],
    ['cMinus', { block: 'unshaped' }, /the activation is relu/],
  ])('%s of %j', (negativeControl, model, message) => {
    const problems = problemsOf({ model, check: { negativeControl } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
    expect(problemsOf({ model })).toEqual([]);
    expect(problemsOf({ check: { negativeControl } })).toEqual([]);
  });
});
