import { describe, expect, it } from 'vitest';
import { jobName } from './job-name.js';

describe('jobName', () => {
  it('is short, readable and the same for any order of the settings', () => {
    const name = 'cMinus=-2_gamma=0.1_train.steps=50_seed=3';
    expect(jobName({ seed: 3, 'train.steps': 50, 'model.gamma': 0.1, 'model.cMinus': -2 })).toBe(
      name,
    );
    expect(jobName({ 'model.cMinus': -2, 'model.gamma': 0.1, 'train.steps': 50, seed: 3 })).toBe(
      name,
    );
  });

  it('keeps to characters of every file system, and marks what it changed', () => {
    const names = ['a/b', 'a:b', 'a-b'].map((corpus) => jobName({ 'data.corpus': corpus }));
    expect(names[0]).toMatch(/^data\.corpus=a-b~[0-9a-f]{6}$/);
    expect(names[2]).toBe('data.corpus=a-b');
    expect(new Set(names).size).toBe(3);
    expect(jobName({ 'probe.baselines': ['preLN', 'unshaped'] })).toMatch(
      /^probe\.baselines=preLN\+unshaped$/,
    );
  });

  it('is never too long for a file, and still its own', () => {
    const many = (last: number) =>
      Object.fromEntries(
        Array.from({ length: 30 }, (_, i) => [`train.key${i}`, i < 29 ? i : last]),
      );
    expect(jobName(many(1)).length).toBeLessThan(150);
    expect(jobName(many(1))).not.toBe(jobName(many(2)));
  });
});
