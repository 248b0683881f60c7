import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../support/repository.ts';
import { ensureTool, INSTALL_TIMEOUT_MS } from '../support/ensure-tool.ts';
import { attentionWorkload, type AttentionOutcome } from './attention-workload.ts';
import { bundle, type Bundle } from './bundle.ts';
import { loopbackServer, type LoopbackServer, type Served } from './loopback-server.ts';
import { bits, exactDraws, sdeWorkload, type SdeOutcome } from './sde-workload.ts';
import { watchPage } from './watch-page.ts';
import { viteBuild } from '../support/vite.ts';
import { CHROMIUM_ARGUMENTS } from '../support/chromium-arguments.ts';

/**
 * Largest difference, relative to the largest value, of attention in float32 between two orders of
 * summation: four products one after the other (projections, scores, mixing, output) of sums of at
 * most 16 terms, each term rounded twice (product and sum), and as much again for the other side.
 */
const FLOAT32_ATTENTION = 2 * 4 * 16 * 2 * 2 ** -24;

/**
 * Largest difference, relative to the largest value, of what the reference simulates in float64 between
 * two JavaScript engines. ECMAScript leaves the last bit of `Math.log`, `sin`, `cos`, `exp` and of
 * powers to the engine, 2^-52 relative; 32 blocks of layers or steps with some thirty such numbers
 * each add up to less than 2^10 of that, and 2^6 is left for what a path makes of it. The statistics'
 * p-values are computed so too; draws and the kernel's paths have arithmetic of their own.
 */
const ENGINE_MATH = 2 ** (10 + 6 - 52);

const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>Shaped in a browser</title>';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The entry of the SDE alone as Vite bundles it, with the file of its workers. */
async function viteFiles(): Promise<Record<string, Served>> {
  const files = await viteBuild(here('.'), {
    ...{ assetsDir: 'vite', modulePreload: false },
    rollupOptions: {
      input: here('sde-workload.ts'),
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: 'vite/entry.js' },
    },
  });
  return Object.fromEntries(
    files.map(({ type, fileName, code, source }) => [
      `/${fileName}`,
      {
        type: 'text/javascript; charset=utf-8',
        body: type === 'chunk' ? code : Buffer.from(source),
      },
    ]),
  );
}

/** tfjs's WebAssembly programs, as a site that uses them serves them. */
function wasmFiles(): Record<string, Served> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  const dist = join(folder, 'dist');
  const names = readdirSync(dist).filter((name) => name.endsWith('.wasm'));
  return Object.fromEntries(
    names.map((name) => [
      `/wasm/${name}`,
      { type: 'application/wasm', body: readFileSync(join(dist, name)) },
    ]),
  );
}

const largest = (values: readonly number[]) => Math.max(...values.map(Math.abs));

/** Ensembles by the bits of their numbers. */
const ensembleBits = ({ ensembles }: SdeOutcome) =>
  Object.entries(ensembles).map(([name, { V, stoppedAt, events }]) => ({
    ...{ name, V: bits(V), stoppedAt: bits(stoppedAt) },
    events: events.map(({ time, ...event }) => ({ ...event, time: bits([time])[0] })),
  }));

/** The largest difference, relative to the largest expected value. */
function difference(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  return largest(actual.map((value, i) => value - expected[i])) / largest(expected);
}

let entry: Bundle;
/** The program of a Web Worker, which the entry expects beside itself. */
let worker: Bundle;
let server: LoopbackServer | undefined;
let browser: Browser | undefined;
let page: Page;
let troubles: string[];

/** The result of an expression over a bundled module, `entry`, evaluated in the page. */
const inBrowser = <T>(expression: string, path = '/entry.js') =>
  page.evaluate<T>(`import('${path}').then((entry) => ${expression})`);

beforeAll(async () => {
  entry = await bundle(here('page-entry.ts'));
  worker = await bundle(here('../../packages/sde/dist/engine/worker-entry.js'));
  server = await loopbackServer({
    '/': { type: 'text/html; charset=utf-8', body: PAGE },
    '/entry.js': { type: 'text/javascript; charset=utf-8', body: entry.code },
    '/worker-entry.js': { type: 'text/javascript; charset=utf-8', body: worker.code },
    ...(await viteFiles()),
    // Without its workers' program beside it.
    '/alone/entry.js': { type: 'text/javascript; charset=utf-8', body: entry.code },
    ...wasmFiles(),
  });
  browser = await chromium.launch({
    executablePath: ensureTool('browser/ensure-chromium.mjs'),
    args: CHROMIUM_ARGUMENTS,
  });
  const context = await browser.newContext();
  page = await context.newPage();
  troubles = watchPage(context, page, server.url);
  await page.goto(`${server.url}/`);
}, INSTALL_TIMEOUT_MS);

afterAll(async () => {
  await Promise.allSettled([browser?.close(), server?.close()]);
});

describe('the bundle for browsers', () => {
  test('is made of the built packages', () => {
    const own = entry.modules.filter((id) => id.startsWith(`${ROOT}packages/`));
    expect(own.filter((id) => !id.includes('/dist/'))).toEqual([]);
    for (const name of ['random', 'sde', 'shaped-attention', 'harness']) {
      expect(own.some((id) => id.startsWith(`${ROOT}packages/${name}/dist/`))).toBe(true);
    }
  });

  test('is refused with a module of Node, such as the whole harness has', async () => {
    await expect(bundle(here('../../packages/harness/dist/index.js'))).rejects.toThrow(
      /expected no module of Node, got node:/,
    );
  });
});

test('@shaped/random draws the numbers of Node, bit by bit', async () => {
  const expected = exactDraws();
  const actual = await inBrowser<ReturnType<typeof exactDraws>>('entry.exactDraws()');
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [kind, draws] of Object.entries(expected)) {
    const other = draws.findIndex((draw, i) => draw !== actual[kind][i]);
    expect([kind, other, actual[kind].length]).toEqual([kind, -1, draws.length]);
  }
});

describe('@shaped/sde', () => {
  const [SEED, OTHER_SEED] = [20, 21];
  const run = (seed: number, how: Parameters<typeof sdeWorkload>[1] = {}, path?: string) =>
    inBrowser<SdeOutcome>(`entry.sdeWorkload(${seed}, ${JSON.stringify(how)})`, path);

  let inNode: SdeOutcome;
  beforeAll(async () => {
    inNode = await sdeWorkload(SEED, { engine: 'kernel' });
  });

  test('simulates, in Node, paths that stop, others that do not, and some that leave the cone', () => {
    for (const [name, { stoppedAt }] of Object.entries(inNode.ensembles)) {
      const stopped = stoppedAt.filter((time) => time < Infinity).length;
      expect([name, stopped > 0, stopped < stoppedAt.length]).toEqual([name, true, true]);
    }
    const { events } = inNode.ensembles['simulate, eulerMaruyama, full mask'];
    expect(events.some(({ kind }) => kind === 'leftCone')).toBe(true);
  });

  test.each([
    ['the kernel', { engine: 'kernel' }],
    ['the fastest engine', {}],
  ] as const)('gives the paths of Node, bit by bit, by %s', async (_, how) => {
    const expected = ensembleBits(inNode);
    expect(ensembleBits(await run(SEED, how))).toEqual(expected);
    expect(ensembleBits(await run(SEED, how, '/vite/entry.js'))).toEqual(expected);
    // The comparison would see another path.
    expect(ensembleBits(await run(OTHER_SEED, how))).not.toEqual(expected);
  });

  test.each([1, 2, 3])('gives the same bits with %d Web Workers', async (workers) => {
    const requests = () => server?.requested.filter((path) => path === '/worker-entry.js').length;
    const before = requests() ?? NaN;
    const threaded = await run(SEED, { engine: 'kernel', workers, batch: 5 });
    expect(requests()).toBeGreaterThan(before);
    expect(ensembleBits(threaded)).toEqual(ensembleBits(inNode));
    await expect.poll(() => page.workers()).toEqual([]);
  });

  test('gives the same bits with 2 Web Workers in a bundle by Vite', async () => {
    const how = { engine: 'kernel', workers: 2, batch: 5 } as const;
    const threaded = await run(SEED, how, '/vite/entry.js');
    expect(ensembleBits(threaded)).toEqual(ensembleBits(inNode));
    const asked = server?.requested.filter((path) => /^\/vite\/worker-entry\S*\.js$/.test(path));
    expect(new Set(asked).size).toBe(1);
  });

  test('says so when the file of its Web Workers is missing', async () => {
    // A page of its own: that a file is missing is an error of the page, too.
    const other = await browser?.newPage();
    await other?.goto(`${server?.url}/`);
    const failure = await other?.evaluate(
      `import('/alone/entry.js').then((entry) => entry.sdeWorkload(1, { workers: 2 }))
         .then(() => 'none', ({ message }) => message)`,
    );
    expect(failure).toMatch(
      /^simulate: expected a worker that answers, got one that could not be loaded: worker-entry/,
    );
    await other?.close();
  });

  test('ends its Web Workers when a simulation is aborted', async () => {
    expect(await inBrowser('entry.abortedWorkload()')).toEqual({
      reason: 'the page changed',
      done: 4,
    });
    await expect.poll(() => page.workers()).toEqual([]);
  });

  test('gives the same bits each time, by the reference, in the page and in Web Workers', async () => {
    const first = await run(SEED, { engine: 'reference' });
    expect(await run(SEED, { engine: 'reference' })).toEqual(first);
    expect(await run(SEED, { engine: 'reference', workers: 2, batch: 5 })).toEqual(first);
  });

  test('gives the reference of Node, up to its log, sin, cos, exp and powers', async () => {
    const expected = await sdeWorkload(SEED, { engine: 'reference' });
    const actual = await run(SEED, { engine: 'reference' });
    const other = await run(OTHER_SEED, { engine: 'reference' });
    for (const [name, { V, stoppedAt, events }] of Object.entries(expected.ensembles)) {
      expect(bits(actual.ensembles[name].stoppedAt)).toEqual(bits(stoppedAt));
      expect(actual.ensembles[name].events).toEqual(events);
      expect(difference(actual.ensembles[name].V, V)).toBeLessThan(ENGINE_MATH);
      expect(difference(other.ensembles[name].V, V)).toBeGreaterThan(1e6 * ENGINE_MATH);
    }
  });

  test('tests as Node does, up to the same in p-values', async () => {
    const { tests } = await run(SEED, { engine: 'kernel' });
    for (const [name, { statistic, pValue, detectable }] of Object.entries(inNode.tests)) {
      const found = tests[name];
      expect([found.statistic, found.detectable]).toEqual([statistic, detectable]);
      expect(difference([found.pValue], [pValue])).toBeLessThan(ENGINE_MATH);
    }
  });
});

describe.each(['cpu', 'wasm'] as const)('@shaped/attention on tfjs %s', (backend) => {
  let actual: AttentionOutcome;
  let expected: AttentionOutcome;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    expected = await attentionWorkload();
    actual = await inBrowser<AttentionOutcome>(`entry.attentionOn('${backend}')`);
  });

  test('runs on that backend', () => {
    expect(actual.backend).toBe(backend);
    const wasm = server?.requested.filter((path) => path.endsWith('.wasm'));
    if (backend === 'wasm') expect(wasm).toEqual(['/wasm/tfjs-backend-wasm-simd.wasm']);
  });

  test('attends as in Node, causally', () => {
    expect(difference(actual.causal, expected.causal)).toBeLessThan(FLOAT32_ATTENTION);
    expect(difference(actual.full, expected.full)).toBeLessThan(FLOAT32_ATTENTION);
    expect(difference(actual.full, expected.causal)).toBeGreaterThan(100 * FLOAT32_ATTENTION);
  });

  test('has a lower loss after one epoch', () => {
    expect(difference([actual.lossBefore], [expected.lossBefore])).toBeLessThan(FLOAT32_ATTENTION);
    expect(actual.lossAfter).toBeLessThan(actual.lossBefore);
  });

  test('is measured by PropagationMetrics as in Node', () => {
    const shape = ({ records, skipped }: AttentionOutcome) => ({
      skipped,
      records: records.map(({ step, layer, metrics }) => [step, layer, Object.keys(metrics)]),
    });
    expect(shape(actual)).toEqual(shape(expected));
    const covariance = ({ records }: AttentionOutcome) => {
      const first = records.find(({ step, layer }) => step === 0 && layer === 'attention');
      return first?.matrices?.covariance.flat() ?? [];
    };
    expect(covariance(actual)).not.toEqual([]);
    // A covariance is a product of two outputs, so twice as far off.
    const limit = 2 * FLOAT32_ATTENTION;
    expect(difference(covariance(actual), covariance(expected))).toBeLessThan(limit);
  });
});

describe('the page', () => {
  test('had no errors and asked no other server', () => {
    expect(troubles).toEqual([]);
    const requested = server?.requested.filter((path) => !/^\/(vite|alone)\//.test(path));
    expect(new Set(requested)).toEqual(
      new Set(['/', '/entry.js', '/worker-entry.js', '/wasm/tfjs-backend-wasm-simd.wasm']),
    );
  });

  test('would have been caught otherwise', async () => {
    await page.evaluate(`
      console.error('said');
      setTimeout(() => { throw new Error('thrown'); });
      fetch('http://127.0.0.1:9/elsewhere').catch(() => {});
    `);
    await expect
      .poll(() => troubles)
      .toEqual(
        expect.arrayContaining([
          'console: said',
          'error: thrown',
          'request: http://127.0.0.1:9/elsewhere',
        ]),
      );
  });
});
