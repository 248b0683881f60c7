import { describe, expect, it } from 'vitest';
import { mapAxis, mapAxisTitle, parseMapAxis } from './map-axis.js';

describe('an axis of a phase diagram', () => {
  it('has equal steps, both ends included', () => {
    expect(mapAxis('gamma:0.1:1:4')).toEqual({
      parameter: 'gamma',
      scale: 'linear',
      values: [0.1, 0.4, 0.7, 1],
    });
    expect(mapAxis('cMinus:-3:1:5').values).toEqual([-3, -2, -1, 0, 1]);
  });

  it('has equal factors where asked', () => {
    const { scale, values } = mapAxis('tau0:0.1:10:5:log');
    expect(scale).toBe('log');
    expect(values.slice(1).map((value, i) => value / values[i])).toEqual(
      Array.from({ length: 4 }, () => expect.closeTo(Math.sqrt(10), 10) as number),
    );
    expect([values[0], values[2], values[4]]).toEqual([0.1, 1, 10]);
  });

  it('has whole numbers where the parameter has', () => {
    expect(mapAxis('heads:1:16:5:log').values).toEqual([1, 2, 4, 8, 16]);
    expect(mapAxis('tokens:2:9:3').values).toEqual([2, 6, 9]);
  });

  it('is titled with the paper’s letter', () => {
    expect(mapAxisTitle(mapAxis('ratio:0.1:1:3'))).toBe('depth/width d/n');
    expect(mapAxisTitle(mapAxis('cMinus:-1:0:2'))).toContain('c₋');
  });

  it.each([
    ['gama:0:1:4', /a parameter of gamma, .*\(did you mean gamma\?\)/],
    ['zebra:0:1:4', /a parameter of gamma, tau0, .*, depth$/],
    ['gamma', /parameter:first:last:cells, .*such as gamma:0\.1:1:40/],
    ['gamma:0:1', /parameter:first:last:cells/],
    ['gamma::1:4', /parameter:first:last:cells/],
    ['gamma:0:1:4.5', /parameter:first:last:cells/],
    ['gamma:0:1:4:logg', /parameter:first:last:cells, with :log/],
    ['gamma:0:1:4:log:x', /parameter:first:last:cells/],
    ['gamma:0:Infinity:4', /parameter:first:last:cells/],
    ['gamma:0:1:1', /at least 2 cells/],
    ['gamma:1:0:4', /a first value below the last one/],
    ['gamma:0.5:0.5:4', /a first value below the last one/],
    ['gamma:0:1.5:4', /gamma of at most 1/],
    ['gamma:-0.5:1:4', /gamma of at least 0/],
    ['tau0:0:1:4', /tau0 above 0/],
    ['ratio:0:1:4', /ratio above 0/],
    ['tokens:1:8:4', /tokens of at least 2/],
    ['cMinus:-1:1:4:log', /a positive first value on a log axis/],
    ['heads:1:4:9', /fewer cells, as heads has few values/],
  ])('refuses %s', (text, expected) => {
    expect(parseMapAxis(text)).toEqual({ expected: expect.stringMatching(expected) as string });
    expect(() => mapAxis(text)).toThrow(/^mapAxis: expected /);
  });
});
