import { describe, expect, test } from 'vitest';
import { checkSlider, hashFromState, PAPER, stateFromHash } from './explorer-state.ts';
import { MASKS, PATHS, RADII, SLIDERS, type SliderName } from './parameters.ts';
import { PRESETS } from './presets.ts';

describe('a state in the address', () => {
  test('is empty for the paper’s values', () => {
    expect(hashFromState(PAPER)).toBe('');
    for (const hash of ['', '#']) expect(stateFromHash(hash)).toEqual({ state: PAPER, issues: [] });
  });

  test.each([
    { ...PAPER, gamma: 0.1 + 0.2, mask: 'causal' as const },
    { ...PAPER, cMinus: -0, paths: 256, stopAt: 10, seed: 17, tokens: 32 },
    ...Object.values(PRESETS),
  ])('%# comes back to the last bit', (state) => {
    expect(stateFromHash(hashFromState(state))).toEqual({
      state: { ...state, cMinus: state.cMinus + 0 },
      issues: [],
    });
  });

  test.each([
    ['gamma=2', /^gamma: expected a number in \[0, 1\], got “2”/],
    ['gamma=', /^gamma: expected a number in \[0, 1\], got “”/],
    ['gamma=NaN', /got “NaN”/],
    ['tau0=0', /^tau0: expected a number in \[0\.1, 10\]/],
    ['tokens=4.5', /^tokens: expected an integer in \[2, 32\], got “4\.5”/],
    ['mask=none', /^mask: expected one of full, causal, got “none”/],
    ['paths=1e9', /^paths: expected one of 256,/],
    ['stopAt=Infinity', /^stopAt: expected one of 10,/],
    ['seed=-1', /^seed: expected an integer in \[0, 999999\]/],
    ['depth=3', /^depth: expected one of gamma, .* in the address/],
    ['toString=3', /^toString: expected one of/],
  ])('that says %s is told of, and shows the paper’s value', (hash, issue) => {
    const { state, issues } = stateFromHash(`#${hash}&ratio=0.5`);
    expect(state).toEqual({ ...PAPER, ratio: 0.5 });
    expect(issues).toEqual([expect.stringMatching(issue)]);
  });
});

test('every slider, choice and preset lies within its limits', () => {
  for (const preset of Object.values(PRESETS)) {
    for (const name of Object.keys(SLIDERS) as SliderName[]) {
      expect(checkSlider(name, preset[name])).toBeUndefined();
    }
    expect(MASKS).toContain(preset.mask);
    expect(PATHS).toContain(preset.paths);
    expect(RADII).toContain(preset.stopAt);
  }
  expect(checkSlider('tokens', NaN)).toBe('an integer in [2, 32]');
});
