import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureTool, INSTALL_TIMEOUT_MS } from '../support/ensure-tool.ts';
import { IMAGES, LAYERS, RUNS, writeSampleLogs } from './sample-logs.ts';
import { tensorboardUnderTest, type TensorboardUnderTest } from './tensorboard-under-test.ts';
import { CHROMIUM_ARGUMENTS } from '../support/chromium-arguments.ts';

/** Where set, a picture of every page is left in this folder. */
const SCREENSHOTS = process.env['SHAPED_SCREENSHOTS'];

/** Time for a page to draw its charts on a busy machine. */
const DRAW = { timeout: 60_000, interval: 200 };

/** Far more than the width of a curve: a band this high is seen as one. */
const LINE_PIXELS = 10;

const runs = Object.keys(RUNS).length;

let tensorboard: TensorboardUnderTest;
let browser: Browser;
let page: Page;
const troubles: string[] = [];

beforeAll(async () => {
  tensorboard = await tensorboardUnderTest(writeSampleLogs);
  await tensorboard.get<string[]>('runs', (names) => names.length === runs + 1);
  browser = await chromium.launch({
    executablePath: ensureTool('browser/ensure-chromium.mjs'),
    args: CHROMIUM_ARGUMENTS,
  });
  page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && !url.startsWith(tensorboard.url)) troubles.push(`request: ${url}`);
  });
}, INSTALL_TIMEOUT_MS);

beforeEach(() => {
  troubles.length = 0;
});

afterAll(async () => {
  await Promise.allSettled([browser?.close(), tensorboard?.dispose()]);
});

/** Opens a page of TensorBoard afresh. */
async function open(tab: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${tensorboard.url}/?darkMode=false#${tab}`);
}

/** Keeps a picture where asked for, and fails on script errors and on requests to other hosts. */
async function finish(tab: string): Promise<void> {
  if (SCREENSHOTS) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, `${tab}.png`) });
  }
  expect(troubles).toEqual([]);
}

/** An attribute of every element that the locator finds now. */
const attributes = async (locator: Locator, name: string) =>
  Promise.all((await locator.all()).map(async (one) => (await one.getAttribute(name)) ?? ''));

/** The end points of a path's segments. */
const points = (path: string) =>
  [...path.matchAll(/(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)/g)].map(([, x, y]) => [+x, +y]);

describe('TensorBoard in a browser shows', () => {
  test('the margin chart: each network’s curve inside its band', async () => {
    await open('custom_scalars');
    const card = page.locator('tf-custom-scalar-margin-chart-card');
    const paths = (kind: string) => attributes(card.locator(`svg path.${kind}[fill^="#"]`), 'd');
    await expect.poll(async () => (await paths('area')).length, DRAW).toBe(runs);
    await expect
      .poll(() => card.getByText('mean correlation inside the SDE band').isVisible(), DRAW)
      .toBe(true);
    const [areas, lines] = [await paths('area'), await paths('line')];
    expect(lines.length).toBe(runs);
    for (const [i, area] of areas.entries()) {
      const edge = points(area);
      const curve = points(lines[i]);
      expect(curve.length).toBe(LAYERS + 1);
      expect(edge.length).toBe(2 * (LAYERS + 1));
      for (const [layer, [x, y]] of curve.entries()) {
        const atLayer = edge.filter(([ex]) => ex === x).map(([, ey]) => ey);
        expect(Math.min(...atLayer)).toBeLessThanOrEqual(y);
        expect(Math.max(...atLayer)).toBeGreaterThanOrEqual(y);
        if (layer === LAYERS) {
          expect(Math.max(...atLayer) - Math.min(...atLayer)).toBeGreaterThan(LINE_PIXELS);
        }
      }
    }
    await finish('custom_scalars');
  });

  test('a scalar chart for every tag, with a curve for every run', async () => {
    await open('scalars');
    for (const tag of ['rho/lower', 'rho/mean', 'rho/upper', 'train/loss']) {
      const card = page.locator('tf-scalar-card').filter({ hasText: `tag: ${tag}` });
      await card.scrollIntoViewIfNeeded(DRAW);
      const curves = async () => new Set(await attributes(card.locator('svg path.line'), 'd')).size;
      // The losses of the runs are one curve.
      await expect.poll(curves, DRAW).toBeGreaterThanOrEqual(tag === 'train/loss' ? 1 : runs);
    }
    await finish('scalars');
  });

  test('a histogram of every layer', async () => {
    await open('histograms');
    const chart = page.locator('vz-histogram-timeseries');
    await expect.poll(() => chart.count(), DRAW).toBe(runs);
    for (let run = 0; run < runs; run++) {
      await expect
        .poll(() => chart.nth(run).locator('svg .histogram path').count(), DRAW)
        .toBe(IMAGES);
    }
    await finish('histograms');
  });

  test('the heat maps, loaded and in their size', async () => {
    await open('images');
    const images = page.locator('tf-image-loader img');
    const widths = () =>
      images.evaluateAll((all) =>
        all.map((image) => (image as { naturalWidth?: number }).naturalWidth),
      );
    await expect.poll(widths, DRAW).toEqual(Array.from({ length: 2 * runs }, () => 324));
    await finish('images');
  });

  test('the table of hyperparameters with the results of every run', async () => {
    await open('hparams');
    const texts = async () => {
      const cells = page.locator('tf-hparams-table-view vaadin-grid-cell-content');
      return (await cells.allInnerTexts()).map((text) => text.trim()).filter(Boolean);
    };
    await expect
      .poll(texts, DRAW)
      .toEqual([
        ...['Trial ID', 'Show Metrics', 'block', 'causal', 'gamma', 'mean ρ, last layer', 'loss'],
        ...['preLN', 'preLN', 'false', '0.25000', '0.88005', '1.9067'],
        ...['shaped', 'shaped', 'true', '0.25000', '0.21490', '1.9067'],
      ]);
    await finish('hparams');
  });

  test('the config as a rendered table', async () => {
    await open('text');
    await expect.poll(() => page.getByText('0.354').first().isVisible(), DRAW).toBe(true);
    await finish('text');
  });
});
