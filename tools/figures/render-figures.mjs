/**
 * Writes the figures of a run as SVG and PNG, for the documentation:
 *
 *     node tools/figures/render-figures.mjs <run directory> <folder> [names…]
 *
 * Names are those of the report's anchors, such as `rho-depth`; without any, all figures. Needs a
 * build (`npm run build`), and a Chromium for the PNGs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { reportFigures } from '../../packages/harness/dist/report/index.js';
import { RunDirectory } from '../../packages/harness/dist/run/index.js';
import { ensureChromium } from '../browser/ensure-chromium.mjs';

/** Pixels of the PNG for one of the SVG: sharp on a screen of high density. */
const SCALE = 2;

async function writePngs(figures, folder) {
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage({ deviceScaleFactor: SCALE });
    for (const { name, svg } of figures) {
      await page.setContent(`<style>body { margin: 0; background: #fff }</style>${svg}`);
      await page.locator('svg').screenshot({ path: join(folder, `${name}.png`) });
    }
  } finally {
    await browser.close();
  }
}

const [directory, folder, ...names] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node tools/figures/render-figures.mjs <run directory> <folder> [names…]');
  process.exit(2);
}
const figures = await reportFigures(
  RunDirectory.open(directory),
  names.length > 0 ? names : undefined,
);
const missing = names.filter((name) => !figures.some((figure) => figure.name === name));
if (missing.length > 0) {
  console.error(`render-figures: the run has no figure ${missing.join(', ')}.`);
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
for (const { name, svg } of figures) writeFileSync(join(folder, `${name}.svg`), svg);
await writePngs(figures, folder);
for (const { name, title } of figures) console.log(`${name}: ${title}`);
