import { architecture, type ArchitectureOptions } from '@shaped/sde';
import { expect, test } from 'vitest';
import { theoryRefusal } from './theory-refusal.js';

const of = (change: Partial<ArchitectureOptions>, theory: 'sde' | 'chain') =>
  theoryRefusal(architecture({ tokens: 3, width: 16, depth: 4, ...change }), theory);

test('both theories predict shaped blocks', () => {
  expect(of({}, 'sde')).toBeUndefined();
  expect(of({ mask: 'causal', heads: 2 }, 'sde')).toBeUndefined();
  expect(of({}, 'chain')).toBeUndefined();
  expect(of({ heads: 4, width: 2 ** 40 }, 'chain')).toBeUndefined();
});

test.each<[string, Partial<ArchitectureOptions>]>([
  ['unshaped', { block: 'unshaped' }],
  ['depthScaled', { block: 'depthScaled' }],
  ['rms preLN', { block: 'preLN', norm: 'rms' }],
  ['rms postLN', { block: 'postLN', norm: 'rms' }],
  ['plain softmax', { attention: 'softmax' }],
  ['plain ReLU', { activation: 'relu' }],
])('%s has a chain, and no SDE for a reason', (_, change) => {
  expect(of(change, 'sde')).toMatch(/^expected .*, got '.*'\. .*use gramChain/);
  expect(of(change, 'chain')).toBeUndefined();
});

test.each<[string, Partial<ArchitectureOptions>, string]>([
  ['no identity', { gamma1Shift: -16 }, '0 and 1'],
  ['no centring', { gamma2Shift: -16 }, '1 and 0'],
  ['other gains', { gamma1Shift: -8, gamma2Shift: 1.6 }, '0.5 and 1.1'],
])('%s has a chain, and no SDE, as the gains stay away from 1', (_, change, gains) => {
  expect(of(change, 'sde')).toMatch(`expected γ1 = γ2 = 1, got ${gains}.`);
  expect(of(change, 'sde')).toMatch(/use gramChain/);
  expect(of(change, 'chain')).toBeUndefined();
});

test.each(['preLN', 'postLN'] as const)('%s with LayerNorm has neither, for a reason', (block) => {
  expect(of({ block }, 'sde')).toMatch(new RegExp(`expected block 'shaped', got '${block}'`));
  expect(of({ block }, 'chain')).toMatch(
    /expected norm 'rms' or 'none', got 'layer'.*feature means/,
  );
});
