import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loopbackServer, type LoopbackServer } from '../browser/loopback-server.ts';
import { watchPage } from '../browser/watch-page.ts';
import { builtFiles } from '../support/built-files.ts';
import { CHROMIUM_ARGUMENTS } from '../support/chromium-arguments.ts';
import { ensureTool, INSTALL_TIMEOUT_MS } from '../support/ensure-tool.ts';
import { ROOT } from '../support/repository.ts';
import { filesBelow } from '../support/run-files.ts';
import { ExplorerPage } from './explorer-page.ts';

const DIST = `${ROOT}docs/explorer/dist/`;

/** Any folder: the page must not care where it is served. */
const FOLDER = '/lab/pages/explorer/';

/** So much work that it outlasts a test: 32 tokens at γ = 1 take 1,280 steps a path. */
const LONG = '#tokens=32&gamma=1&paths=16384';

/** Long to complete, but soon to show something. */
const REFINING = '#tokens=12&paths=16384';

let browser: Browser | undefined;
let server: LoopbackServer | undefined;
let explorer: ExplorerPage;
let troubles: string[];
let address: string;

beforeAll(async () => {
  server = await loopbackServer(builtFiles(DIST, FOLDER));
  browser = await chromium.launch({
    executablePath: ensureTool('browser/ensure-chromium.mjs'),
    args: CHROMIUM_ARGUMENTS,
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  troubles = watchPage(context, page, server.url);
  explorer = new ExplorerPage(page);
  address = server.url + FOLDER;
}, INSTALL_TIMEOUT_MS);

afterAll(async () => {
  await Promise.allSettled([browser?.close(), server?.close()]);
});

describe('the explorer', () => {
  test('shows the paper’s setting, coarsely at first, then with all paths', async () => {
    await explorer.open(address);
    const first = await explorer.settled(['refining', 'complete']);
    expect(first.paths).toBeGreaterThan(0);
    expect(await explorer.settled()).toMatchObject({ paths: 4096, requested: 1, cancelled: 0 });
    for (const mark of ['band-wide', 'band-narrow', 'median', 'collapse-line', 'example']) {
      expect(await explorer.mark('rho-plot', mark)).toMatch(/^M[\d.,L]+/);
    }
    for (const mark of ['band-wide', 'median']) {
      expect(await explorer.mark('norm-plot', mark)).toMatch(/^M[\d.,L]+/);
    }
    expect(await explorer.mark('fate-plot', 'fate-healthy')).toMatch(/^M[\d.,L]+/);
    expect(await explorer.text('paths-done')).toBe('4,096');
    expect(await explorer.text('step')).toBe('80 steps, dt = 0.0094');
    expect(await explorer.page.locator('body').innerText()).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('shows the numbers that its program prints in Node', async () => {
    const hash =
      '#gamma=0.6&tau0=0.35&tokens=5&mask=causal&startRho=0.4&paths=1024&stopAt=10&seed=7';
    await explorer.open(address + hash);
    await explorer.settled();
    const program = (await explorer.page.locator('#program').textContent()) ?? '';
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
      ...{ cwd: ROOT, input: program, encoding: 'utf8' },
    });
    expect(status, stderr).toBe(0);
    const numbers = (stdout.match(/-?\d+\.\d+(?:e-?\d+)?/g) ?? []).map(Number);
    expect(numbers).toHaveLength(7);
    const [p05, , p50, , p95, blowUp, error] = numbers;
    const shown = (x: number, decimals: number) => x.toFixed(decimals).replace('-', '−');
    expect(await explorer.text('rho-median')).toBe(shown(p50, 3));
    expect(await explorer.text('rho-spread')).toBe(`5–95 %: ${shown(p05, 3)} to ${shown(p95, 3)}`);
    expect(blowUp).toBeGreaterThan(0.1);
    expect(await explorer.text('blow-up')).toBe(`${shown(blowUp, 2)} ± ${shown(error, 2)}`);
  });

  test('draws another band, and another address, when a slider moves', async () => {
    await explorer.open(`${address}#paths=256`);
    await explorer.settled();
    const band = await explorer.mark('rho-plot', 'band-wide');
    const median = await explorer.text('rho-median');
    await explorer.page.locator('#gamma').focus();
    for (let i = 0; i < 40; i++) await explorer.page.keyboard.press('ArrowRight');
    const after = await explorer.settled();
    expect(after.requested).toBeGreaterThan(1);
    expect(after.shown).toBe(after.requested);
    expect(await explorer.mark('rho-plot', 'band-wide')).not.toBe(band);
    expect(await explorer.text('rho-median')).not.toBe(median);
    await expect.poll(() => explorer.page.url()).toMatch(/#gamma=0\.55\d*&paths=256$/);
    await explorer.page.getByRole('button', { name: 'Reset to paper' }).click();
    await expect.poll(() => explorer.page.url()).toBe(address);
    await explorer.settled(['refining', 'complete']);
  });

  test('aborts what it refines when a slider moves', async () => {
    await explorer.open(address + REFINING);
    await explorer.settled(['refining']);
    await explorer.page.locator('#tau0').focus();
    await explorer.page.keyboard.press('ArrowLeft');
    const second = await explorer.settled(['refining']);
    expect(second).toMatchObject({ requested: 2, shown: 2, started: 2, cancelled: 1 });
    expect(second.paths).toBeLessThan(16384);
  });

  test('goes on drawing pictures while a slider is dragged, and ends at the last one', async () => {
    await explorer.open(address + REFINING);
    await explorer.settled(['refining']);
    const box = await explorer.page.locator('#tau0').boundingBox();
    if (box === null) throw new Error('the slider is not in sight');
    const { mouse } = explorer.page;
    const y = box.y + box.height / 2;
    await mouse.move(box.x + box.width / 2, y);
    await mouse.down();
    const pictures = new Set<string>();
    let [share, last] = [0.5, 0];
    // As long as it takes to see three pictures with the button held down.
    while (pictures.size < 3) {
      share = share > 0.8 ? 0.2 : share + 0.01;
      await mouse.move(box.x + share * box.width, y);
      const { shown, requested } = await explorer.status();
      expect(shown).toBeLessThanOrEqual(requested);
      if (shown > 1) pictures.add(await explorer.mark('rho-plot', 'median'));
      last = requested;
    }
    await mouse.up();
    expect(last).toBeGreaterThan(2);
    const end = await explorer.settled(['refining']);
    expect(end.shown).toBe(end.requested);
    // Never more than one simulation at a time: all but the one that runs were given up.
    expect(end.cancelled).toBe(end.started - 1);
    expect(end.started).toBeLessThanOrEqual(end.requested);
  });

  test('shows frames while a long simulation runs, in its one worker', async () => {
    await explorer.open(address + LONG);
    await expect.poll(async () => (await explorer.status()).requested).toBe(1);
    const frames = await explorer.page.evaluate<number>(`new Promise((resolve) => {
      let frames = 0;
      const next = () => (++frames < 60 ? requestAnimationFrame(next) : resolve(frames));
      requestAnimationFrame(next);
    })`);
    expect(frames).toBe(60);
    expect((await explorer.status()).state).not.toBe('complete');
    expect(explorer.page.workers().map((worker) => worker.url())).toEqual([
      expect.stringMatching(/\/assets\/simulation-worker-[\w-]+\.js$/),
    ]);
  });

  test('has code that simulates in its worker, and none in the page', () => {
    const scripts = filesBelow(`${DIST}assets`).filter((name) => name.endsWith('.js'));
    const simulating = scripts.filter((name) =>
      readFileSync(`${DIST}assets/${name}`, 'utf8').includes('eulerMaruyama'),
    );
    expect(simulating).toContainEqual(expect.stringMatching(/^simulation-worker-/));
    const page = readFileSync(`${DIST}index.html`, 'utf8');
    const loaded = [...page.matchAll(/assets\/([\w-]+\.js)/g)].map(([, name]) => name);
    expect(loaded).toHaveLength(1);
    expect(simulating).not.toContain(loaded[0]);
  });

  test('says what of its address, and of a field, it cannot use', async () => {
    await explorer.open(`${address}#gamma=7&mask=none&paths=256`);
    await explorer.settled();
    expect((await explorer.text('message')).split('\n')).toEqual([
      expect.stringMatching(/^gamma: expected a number in \[0, 1\], got “7”/),
      expect.stringMatching(/^mask: expected one of full, causal, got “none”/),
    ]);
    const field = explorer.page.getByLabel('exact value').first();
    const { requested } = await explorer.status();
    await field.fill('1.5');
    expect(await explorer.text('gamma-problem')).toBe('Expected a number in [0, 1], got 1.5.');
    expect((await explorer.status()).requested).toBe(requested);
    await field.fill('0.9');
    await explorer.settled();
    expect(await explorer.page.locator('#gamma-problem').isVisible()).toBe(false);
    expect(await explorer.page.locator('#gamma').inputValue()).toBe('0.9');
    await expect.poll(() => explorer.text('message')).toBe('');
  });

  test('names every control, and can be worked by keyboard', async () => {
    const nameless = await explorer.page.evaluate<string[]>(`
      [...document.querySelectorAll('input, select, button')]
        .filter((e) => !e.labels?.length && !e.ariaLabel && !e.textContent.trim())
        .map((e) => e.outerHTML)`);
    expect(nameless).toEqual([]);
    const chart = explorer.page.getByRole('slider', { name: 'Numbers at one depth' });
    await chart.focus();
    await explorer.page.keyboard.press('Home');
    await expect.poll(() => explorer.text('reading')).toMatch(/^t = 0\.000: median 0\.200,/);
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^t = 0\.000: median 0\.200,/);
  });

  test.each(['light', 'dark'] as const)('fits 360 pixels, %s', async (colorScheme) => {
    await explorer.page.emulateMedia({ colorScheme });
    await explorer.page.setViewportSize({ width: 360, height: 740 });
    const [width, background] = await explorer.page.evaluate<[number, string]>(
      '[document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]',
    );
    expect(width).toBe(360);
    expect(background).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 24, 28)');
  });

  test('says what to do when it is opened as a file', async () => {
    // A page of its own: that a browser loads no modules from files is an error of the page, too.
    const other = await browser?.newPage();
    await other?.goto(pathToFileURL(`${DIST}index.html`).href);
    await expect
      .poll(() => other?.locator('#starting').isVisible(), { timeout: 10_000 })
      .toBe(true);
    await other?.close();
    expect(await explorer.page.locator('#starting').count()).toBe(0);
  });

  test('brings its theory along', async () => {
    const theory = await explorer.page.locator('#theory').getAttribute('href');
    expect(theory).toMatch(new RegExp(`^${address}assets/theory-[\\w-]+\\.md$`));
    const response = await explorer.page.request.get(theory ?? '');
    expect(await response.text()).toBe(readFileSync(`${ROOT}docs/theory.md`, 'utf8'));
  });

  test('had no errors and asked no other server', () => {
    expect(troubles).toEqual([]);
    const asked = new Set(server?.requested);
    expect([...asked].filter((path) => !path.startsWith(FOLDER))).toEqual([]);
  });
});
