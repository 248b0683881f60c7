import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import * as core from '@tensorflow/tfjs-core';
import * as tfLayers from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as attention from './index.js';
import { useBackend } from './testing/backends.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const snippets = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

const modules: Record<string, unknown> = {
  '@tensorflow/tfjs-core': core,
  '@tensorflow/tfjs-layers': tfLayers,
  '@tensorflow/tfjs-backend-cpu': {},
  '@shaped/attention': attention,
};

/** Runs a snippet as it stands, but for its imports, which are handed to it. */
async function run(code: string): Promise<void> {
  const body = code
    .replace(/import \* as (\w+) from '([^']+)';/g, "const $1 = load('$2');")
    .replace(/import \{([^}]+)\} from '([^']+)';/g, "const {$1} = load('$2');")
    .replace(/import '([^']+)';/g, "load('$1');");
  const load = (name: string) => {
    if (!(name in modules)) throw new Error(`readme: no module ${name} for the snippet.`);
    return modules[name];
  };
  const main = runInThisContext(`(async (load, console) => {${body}})`) as (
    load: (name: string) => unknown,
    console: { log: typeof print },
  ) => Promise<void>;
  await main(load, { log: print });
}

const print = vi.fn<(...values: unknown[]) => void>();
beforeAll(() => useBackend('cpu'));
afterEach(() => print.mockClear());

test('the example of the README trains: its loss falls', async () => {
  await run(snippets[0]);
  const losses = print.mock.calls[0][0] as number[];
  expect(losses.length).toBe(5);
  for (let epoch = 1; epoch < losses.length; epoch++) {
    expect(losses[epoch]).toBeLessThan(losses[epoch - 1]);
  }
});

test('the second snippet prints what its comment says', async () => {
  await run(snippets[1]);
  const printed = print.mock.calls[0].map((value) => JSON.stringify(value).replaceAll(',', ', '));
  expect(snippets[1]).toContain(`// ${printed.join(' ')}`);
});

test('every export of the README exists', () => {
  const table = readme.slice(
    readme.indexOf('## What is in it'),
    readme.indexOf('### ShapedAttention'),
  );
  const names = [...table.matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map(([, name]) => name);
  const ours = names.filter((name) => !(name in tfLayers) && !['fit', 'save'].includes(name));
  expect(ours.length).toBeGreaterThan(15);
  for (const name of ours) expect(attention, name).toHaveProperty(name);
});
