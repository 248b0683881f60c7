import { describe, expect, it } from 'vitest';
import { usageFailureOf } from '../testing/usage-failure-of.js';
import { parseConfig } from './parse-config.js';

/** What `shaped map` says of a configuration. */
const said = (raw: object) => usageFailureOf(() => parseConfig(raw, 'file', 'map'));

describe('the section map', () => {
  it.each<[string, object, RegExp]>([
    ['one parameter twice', { x: 'tau0:1:2:3' }, /map\.y: expected another parameter than map\.x/],
    [
      'ratio with depth',
      { x: 'ratio:0.1:1:3', y: 'depth:10:20:3' },
      /map\.y: expected one of ratio and depth, got both/,
    ],
    [
      'too many cells',
      { x: 'gamma:0:1:200', y: 'tau0:1:2:51' },
      /map\.x: expected at most 10000 cells, got 10200\. Take fewer/,
    ],
    ['a start twice', { start: 'text', startRho: 0.1 }, /map\.startRho: expected none/],
    [
      'steps of the chain',
      { theory: 'chain', steps: 9 },
      /map\.steps: expected none with the chain/,
    ],
  ])('is refused by every command: %s', (_, map, message) => {
    expect(usageFailureOf(() => parseConfig({ map }, 'file'))).toMatch(message);
    expect(said({ map })).toMatch(message);
  });

  it('has its problems reported together, with those of other sections', () => {
    const map = { x: 'gama:0:1:3', y: 'tau0:0:1:3', paths: 1, theory: 'ode', pahts: 2 };
    const message = said({ map, model: { depth: 0 } });
    expect(message).toMatch(/^file: 6 problems/);
    for (const line of [
      /map\.x: expected a parameter of .*did you mean gamma\?\), got "gama:0:1:3"/,
      /map\.y: expected tau0 above 0, got "tau0:0:1:3"/,
      /map\.paths: expected at least 16, got 1/,
      /map\.theory: expected one of sde, chain, got "ode"/,
      /map\.pahts: unknown key\. Did you mean map\.paths\?/,
      /model\.depth: expected more than 0, got 0/,
    ]) {
      expect(message).toMatch(line);
    }
  });

  it('has defaults that any model with an SDE accepts', () => {
    expect(() => parseConfig({}, 'file', 'map')).not.toThrow();
  });
});

describe('a model that cannot be mapped', () => {
  it.each<[string, object, RegExp]>([
    [
      'unshaped blocks with the SDE',
      { model: { block: 'unshaped' } },
      /map\.theory: expected block 'shaped', got 'unshaped'\. .*Choose map\.theory chain\.$/,
    ],
    [
      'LayerNorm with the chain',
      {
        model: { block: 'preLN' },
        map: { theory: 'chain', x: 'tokens:2:4:3', y: 'tau0:1:2:3' },
      },
      /map\.theory: expected norm 'rms' or 'none', got 'layer'/,
    ],
    [
      'gamma of blocks that have none',
      { model: { block: 'preLN', norm: 'rms' }, map: { theory: 'chain' } },
      /map\.x: preLN blocks have no gamma to vary/,
    ],
    [
      'slopes of a plain ReLU',
      {
        model: { block: 'unshaped' },
        map: { theory: 'chain', x: 'cMinus:-2:0:3', y: 'gamma:0.1:1:3' },
      },
      /map\.x: the activation relu has no cMinus/,
    ],
    [
      'more tokens than width',
      { model: { width: 8 }, map: { x: 'tokens:2:16:3', y: 'gamma:0.1:1:3' } },
      /map\.x: in the cell tokens 9, gamma 0\.1: expected width to be at least the number of tokens \(9\)/,
    ],
    [
      'heads that do not divide the width',
      { map: { x: 'gamma:0.1:1:3', y: 'heads:1:4:4' } },
      /map\.y: in the cell gamma 0\.1, heads 3: expected heads to be a divisor/,
    ],
    [
      'a width that the SDE does not know',
      { map: { x: 'ratio:0.1:1:3', y: 'width:32:64:3' } },
      /map\.y: the SDE knows the width by depth\/width alone\. Choose map\.theory chain/,
    ],
    [
      'ratios of one depth',
      { model: { width: 8 }, map: { theory: 'chain', y: 'ratio:0.1:1:20' } },
      /map\.y: expected cells of different depths at width 8, got depth 1 twice/,
    ],
    ['one token', { model: { tokens: 1 } }, /model\.tokens: expected at least 2 for a map/],
    [
      'a start that is no covariance',
      { map: { startRho: -0.3, x: 'tokens:2:8:3', y: 'gamma:0.1:1:3' } },
      /map\.startRho: expected at least −1\/\(m − 1\) = -0\.14.*that 8 tokens allow, got -0\.3/,
    ],
  ])('is refused by shaped map alone: %s', (_, raw, message) => {
    expect(said(raw)).toMatch(message);
    expect(() => parseConfig(raw, 'file')).not.toThrow();
  });

  it('is not blamed on the map where the model itself is wrong', () => {
    const message = said({ model: { heads: 3 } });
    expect(message).toMatch(/^file: 1 problem in the configuration\n {2}model\.heads: /);
  });
});
