import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import * as core from '@tensorflow/tfjs-core';
import * as tfLayers from '@tensorflow/tfjs-layers';
import { expect, test, vi } from 'vitest';
import { selectBackend } from './backend/index.js';
import * as metrics from './metrics/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [snippet] = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

const modules: Record<string, unknown> = {
  '@tensorflow/tfjs-core': core,
  '@tensorflow/tfjs-layers': tfLayers,
  '@tensorflow/tfjs-backend-cpu': {},
  '@shaped/harness/metrics': metrics,
};

test('the example of the README measures the layers it can and names the others', async () => {
  await selectBackend('cpu');
  const print = vi.fn<(...values: unknown[]) => void>();
  const body = snippet
    .replace(/import \* as (\w+) from '([^']+)';/g, "const $1 = modules['$2'];")
    .replace(/import \{([^}]+)\} from '([^']+)';/g, "const {$1} = modules['$2'];")
    .replace(/import '([^']+)';/g, '');
  const main = runInThisContext(`(async (modules, console) => {${body}})`) as (
    modules: unknown,
    console: { log: typeof print },
  ) => Promise<void>;
  await main(modules, { log: print });

  const measured = print.mock.calls.slice(0, -1);
  expect(new Set(measured.map(([step]) => step))).toEqual(new Set([0, 1, 2]));
  for (const [, , correlation, rank] of measured) {
    expect(Math.abs(correlation as number)).toBeLessThanOrEqual(1);
    expect(rank).toBeGreaterThan(1);
  }
  const [skipped] = print.mock.calls[print.mock.calls.length - 1] as [{ reason: string }[]];
  expect(skipped.length).toBeGreaterThan(0);
  for (const { reason } of skipped) expect(reason).toBeTruthy();
});
