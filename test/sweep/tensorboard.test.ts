import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHROMIUM_ARGUMENTS } from '../support/chromium-arguments.ts';
import { ensureTool, INSTALL_TIMEOUT_MS } from '../support/ensure-tool.ts';
import { json } from '../support/run-files.ts';
import { scratch } from '../support/scratch.ts';
import {
  tensorboardUnderTest,
  type TensorboardUnderTest,
} from '../tensorboard/tensorboard-under-test.ts';
import { BASE, sweep, sweepFile } from './sweep-files.ts';

/** Where set, a picture of the page is left in this folder. */
const SCREENSHOTS = process.env['SHAPED_SCREENSHOTS'];

/** Time for a page to draw its table on a busy machine. */
const DRAW = { timeout: 60_000, interval: 200 };

interface Summary {
  groups: {
    settings: Record<string, number | string>;
    metrics: Record<string, { mean: number }>;
  }[];
}

interface Group {
  hparams: Record<string, number | string>;
  metricValues: { name: { tag: string }; value: number }[];
  sessions: { status: string }[];
}

const at = scratch();
const METRICS = ['sde.correlationMean', 'sde.effectiveRank'];
let tensorboard: TensorboardUnderTest;
let browser: Browser;

beforeAll(async () => {
  const file = sweepFile(at('sweep.yaml'), {
    ...{ name: 'table', command: 'predict', config: BASE, metrics: METRICS },
    list: [{ 'model.gamma': 0.2 }, { 'model.gamma': 0.9, 'model.block': 'unshaped' }],
    seeds: 2,
  });
  // There is no SDE of unshaped blocks: their cells stay empty.
  const { code, stderr } = await sweep(file, at('sweep'));
  expect(code, stderr).toBe(0);
  tensorboard = await tensorboardUnderTest((logdir) =>
    cpSync(at('sweep'), logdir, { recursive: true }),
  );
  browser = await chromium.launch({
    executablePath: ensureTool('browser/ensure-chromium.mjs'),
    args: CHROMIUM_ARGUMENTS,
  });
}, INSTALL_TIMEOUT_MS);

afterAll(async () => {
  await Promise.allSettled([browser?.close(), tensorboard?.dispose()]);
});

test('TensorBoard has a session of every job, and a row of every setting with the mean of its seeds', async () => {
  const { sessionGroups } = await tensorboard.post<{ sessionGroups: Group[] }>(
    'plugin/hparams/session_groups',
    {
      experimentName: '',
      allowedStatuses: ['STATUS_SUCCESS', 'STATUS_FAILURE', 'STATUS_RUNNING', 'STATUS_UNKNOWN'],
      colParams: [
        ...METRICS.map((tag) => ({ metric: { tag }, includeInResult: true })),
        ...['block', 'gamma'].map((hparam) => ({ hparam, includeInResult: true })),
      ],
      ...{ startIndex: 0, sliceSize: 10, aggregationType: 'AGGREGATION_AVG' },
    },
    (answer) =>
      answer.sessionGroups?.length === 2 &&
      answer.sessionGroups.every(({ sessions }) => sessions.length === 2) &&
      answer.sessionGroups.some(({ metricValues }) => metricValues?.length === METRICS.length),
  );
  const { groups } = json<Summary & Record<string, unknown>>(at('sweep', 'summary.json'));
  expect(groups).toHaveLength(2);
  for (const { settings, metrics } of groups) {
    const expected = { block: settings['model.block'], gamma: settings['model.gamma'] };
    const group = sessionGroups.find(({ hparams }) => hparams['block'] === expected.block);
    expect(group?.hparams).toEqual(expected);
    expect(group?.sessions.map(({ status }) => status)).toEqual([
      'STATUS_SUCCESS',
      'STATUS_SUCCESS',
    ]);
    const values = Object.fromEntries(
      (group?.metricValues ?? []).map(({ name, value }) => [name.tag, value]),
    );
    const own = METRICS.filter((tag) => tag in metrics);
    expect(Object.keys(values).sort()).toEqual([...own].sort());
    // TensorBoard keeps numbers in single precision.
    for (const tag of own) expect(values[tag]).toBeCloseTo(metrics[tag].mean, 6);
  }
});

test('its page shows the table, in a browser', async () => {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`${tensorboard.url}/?darkMode=false#hparams`);
  const texts = async () => {
    const cells = page.locator('tf-hparams-table-view vaadin-grid-cell-content');
    return (await cells.allInnerTexts()).map((text) => text.trim()).filter(Boolean);
  };
  await expect
    .poll(texts, DRAW)
    .toEqual(
      expect.arrayContaining(['block', 'gamma', 'unshaped', '0.90000', 'shaped', '0.20000']),
    );
  if (SCREENSHOTS) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, 'sweep-hparams.png') });
  }
});
