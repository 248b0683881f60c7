import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configDocumentation } from './config-documentation.js';

describe('docs/configuration.md', () => {
  it('is what the schema says; make it with: node tools/docs/config.mjs', () => {
    const file = new URL('../../../../docs/configuration.md', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(configDocumentation());
  });

  it('describes every key, with types, bounds and defaults', () => {
    const text = configDocumentation().replaceAll(/ +/g, ' ');
    expect(text).not.toMatch(/\| \|/);
    expect(text).toContain(
      '| `model.depth` | whole number > 0 | `100` | Layers L, each an attention block and an MLP block. |',
    );
    expect(text).toContain('| `check.alpha` | number > 0, < 0.5 | `0.01` |');
    expect(text).toMatch(/`check\.widths` \| list of: whole number > 0, at least 2 \|/);
  });
});
