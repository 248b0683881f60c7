import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../config/schema.js';
import { RunDirectory } from '../run/index.js';
import { resolveConfig } from './resolve-config.js';

describe('resolveConfig', () => {
  it('names the directory after the run, and a negative control after what is wrong', () => {
    expect(resolveConfig({ set: [] }, {}).out).toBe(join('runs', 'run'));
    const set = ['name=mine', 'check.negativeControl=tau0'];
    expect(resolveConfig({ set }, {}).out).toBe(join('runs', 'mine-tau0'));
    expect(resolveConfig({ set, out: 'here' }, {}).out).toBe('here');
  });

  it('takes the configuration of the run directory when no other is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shaped-resolve-'));
    RunDirectory.create(folder, configSchema.parse({ model: { depth: 7 } }));
    expect(resolveConfig({ set: [], out: folder }, {}).config.model.depth).toBe(7);
    const fresh = resolveConfig({ set: [], out: folder, fresh: true }, {});
    expect(fresh.config.model.depth).toBe(100);
    rmSync(folder, { recursive: true });
  });

  it('reads values of options as text, whatever they look like', () => {
    const { config } = resolveConfig({ set: [], data: 'a: [b' }, {});
    expect(config.data.corpus).toBe('a: [b');
  });
});
