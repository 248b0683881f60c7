import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheck } from '../check/check-files.js';
import { Failure } from '../failure.js';
import { writeMap } from '../map/map-files.js';
import { lineText } from '../map/render-map.js';
import { fixtureMap } from '../map/testing/fixture-map.js';
import { readLayerRecords } from '../probe/probe-files.js';
import { readPrediction } from '../predict/prediction-files.js';
import { silent } from '../progress/reporter.js';
import type { RunDirectory } from '../run/index.js';
import { formatNumber } from './format-number.js';
import { formatCorrelation } from './main-result.js';
import { reportFigures } from './report-figures.js';
import { runReport } from './run-report.js';
import { writeFixtureRun } from './testing/write-fixture-run.js';

let folder: string;
let run: RunDirectory;
let text: string;

/** The text of a page, as a reader sees it. */
function seen(markup: string): string {
  return markup
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ');
}

const write = async (runs: RunDirectory[], out?: string) =>
  readFileSync(await runReport({ runs, out, reporter: silent }), 'utf8');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shaped-report-'));
  run = await writeFixtureRun(folder);
  text = await write([run]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the page', () => {
  it('is one file that needs nothing else', () => {
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).not.toMatch(/<script|<link|<img|<iframe|@import|javascript:/i);
    expect(text).not.toMatch(/https?:/);
    expect(text).not.toMatch(/(?:src|xlink:href)=/);
    expect([...text.matchAll(/href="([^"]*)"/g)].every(([, to]) => to.startsWith('#'))).toBe(true);
    expect([...text.matchAll(/url\(([^)]*)\)/g)].every(([, to]) => to.startsWith('#'))).toBe(true);
  });

  it('lies in the run directory, with no temporary file beside it', () => {
    expect(readdirSync(run.root).filter((name) => /report|tmp/.test(name))).toEqual([
      'report.html',
    ]);
  });

  it('tells where it is', async () => {
    const results: unknown[] = [];
    const reporter = {
      ...silent,
      result: (said: string, data?: unknown) => results.push(said, data),
    };
    const path = await runReport({ runs: [run], reporter });
    expect(path).toBe(run.path('report.html'));
    expect(results).toEqual([`report: ${path}`, { report: path }]);
  });

  it('is the same again', async () => {
    expect(await write([run])).toBe(text);
  });

  it('gives every id once and every figure a name and a numbered caption', () => {
    const ids = [...text.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const figures = text.match(/<figure /g)?.length;
    expect(figures).toBe(25);
    expect(text.match(/<svg /g)).toHaveLength(25);
    expect(text.match(/role="img" aria-label="[^"]{20,}"/g)).toHaveLength(25);
    for (let number = 1; number <= 25; number++) expect(text).toContain(`Figure ${number}.`);
    const links = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual(expect.arrayContaining(links));
  });

  it('begins with the result, in the numbers of the files', () => {
    const { depth } = run.config().model;
    const mean = (block: 'shaped' | 'unshaped') => {
      const values = readLayerRecords(run, block)
        .filter(({ layer }) => layer === depth)
        .map(({ metrics }) => metrics.correlationMean as number);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    const band = readPrediction(run, 'sde').bands.find(
      ({ metric, layer }) => metric === 'correlationMean' && layer === depth,
    );
    const low = band?.q05 as number;
    const high = band?.q95 as number;
    const rho = mean('shaped');
    const place = rho < low ? 'below' : rho > high ? 'above' : 'inside';
    const shown = seen(text);
    expect(shown).toContain(
      `shaped: mean ρ ${formatCorrelation(rho)} at layer ${depth}, ${place} the SDE’s 5–95 % band (${formatCorrelation(low)} to ${formatCorrelation(high)}).`,
    );
    expect(shown).toContain(`unshaped ${formatCorrelation(mean('unshaped'))}`);
  });

  it('shows every finding with its effect, detectable effect, p-value and verdict', () => {
    const rows = [...text.matchAll(/<tr>.*?<\/tr>/gs)].map(([row]) => seen(row));
    const { findings } = readCheck(run);
    expect(findings).toHaveLength(4);
    for (const finding of findings) {
      const row = rows.find((own) => own.includes(finding.quantity)) ?? '';
      expect(row).toContain(formatNumber(finding.effect));
      expect(row).toContain(formatNumber(finding.standardError));
      expect(row).toContain(formatNumber(finding.detectable));
      expect(row).toContain(formatNumber(finding.adjustedPValue));
      expect(row).toContain(finding.verdict);
    }
    expect(seen(text)).toContain('Check: ✗ FAIL');
  });

  it('holds the configuration word for word and how to run it again', () => {
    expect(seen(text)).toContain('shaped run --config config.yaml --out runs/fixture-again');
    expect(text).toContain(readFileSync(run.path('config.yaml'), 'utf8'));
  });

  it('shows the facts of the manifest', async () => {
    const known = await writeFixtureRun(folder, { name: 'known', parts: ['probe'] });
    const command = {
      arguments: ['-c', 'x.yaml'],
      versions: { shaped: '0.1.0', node: '20.1.2', tfjs: '4.22.0' },
      machine: { cpu: 'A <fast> processor', cores: 2, memoryBytes: 1, platform: 'linux' },
      start: '2026-01-01T00:00:00.000Z',
      status: 'done',
    };
    const commands = ['probe', 'report'].map((name) => ({ command: name, ...command }));
    const backend = { name: 'wasm', reason: '', simd: true, notes: [] };
    known.writeJson({ format: 1, seed: 0, backend, commands, steps: {} }, 'manifest.json');
    const shown = await write([known]);
    expect(shown).toContain('A &lt;fast&gt; processor');
    expect(seen(shown)).toMatch(/shaped probe -c x.yaml.*20\.1\.2.*wasm/);
  });
});

describe('text of the user', () => {
  it('is escaped wherever it stands', async () => {
    const evil = `</svg><script>alert(1)</script> <img/src=x> a&b "quoted"`;
    const words = { text: evil, tokens: 4, name: 'evil', parts: ['probe'] as const };
    const shown = await write([await writeFixtureRun(folder, words)]);
    expect(shown).not.toMatch(/<script|<img|<\/svg><\/?s/i);
    expect(seen(shown)).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});

describe('a run that is not complete', () => {
  it('names the command for each part that is missing', async () => {
    const shown = seen(await write([await writeFixtureRun(folder, { name: 'empty', parts: [] })]));
    expect(shown).toContain('This run holds no result yet.');
    for (const command of ['probe', 'predict', 'check', 'train', 'map']) {
      expect(shown).toContain(`shaped ${command} --config config.yaml`);
    }
  });

  it.each([
    { parts: ['probe'], figures: 12 },
    { parts: ['predict'], figures: 8 },
    { parts: ['check'], figures: 3 },
    { parts: ['train'], figures: 10 },
  ] as const)('shows what $parts made', async ({ parts, figures }) => {
    const only = await writeFixtureRun(folder, { name: `only-${parts.join('-')}`, parts });
    const shown = await write([only]);
    expect(shown.match(/<figure /g)).toHaveLength(figures);
    expect(/NaN|\bundefined\b|Infinity/.exec(seen(shown).replace(/Definitions.*/, ''))).toBeNull();
  });

  it('shows the trained network alone where nothing else was done, and lists the rest at the end', async () => {
    const trained = await writeFixtureRun(folder, {
      ...{ name: 'trained', parts: ['train'], depth: 10, trainedDepth: 17 },
    });
    const markup = await write([trained]);
    const headings = [...markup.matchAll(/<h3>([^<]+)<\/h3>/g)].map(([, title]) => title);
    expect(headings.slice(0, 3)).toEqual(['Configuration', 'Training', 'Not in this run']);
    const shown = seen(markup);
    expect(shown).toContain('depth L 17 ');
    expect(shown).not.toContain('depth L 10 ');
    expect(shown).toContain('objective causal ');
    expect(shown).toContain('Phase diagram. No parameters were varied: shaped map');
  });

  it('shows a phase diagram with its lines through the configuration', async () => {
    const mapped = await writeFixtureRun(folder, { name: 'mapped', parts: [] });
    const map = fixtureMap(mapped.config());
    writeMap(mapped, map);
    const markup = await write([mapped]);
    expect(markup.match(/<figure /g)).toHaveLength(4);
    expect(markup).toContain('id="phase-diagram"');
    const shown = seen(markup);
    expect(shown).not.toContain('shaped map --config config.yaml --out <run>');
    expect(shown).toContain('shaped map --config config.yaml --out runs/mapped-again');
    for (const line of map.record.summary.lines) {
      expect(shown.split(lineText(map.record, line))).toHaveLength(3); // in result and caption
    }
  });

  it('draws no network for a theory alone, and the other way round', async () => {
    const names = async (parts: readonly ('probe' | 'predict')[]) => {
      const only = await writeFixtureRun(folder, { name: `names-${parts.join('-')}`, parts });
      return (await reportFigures(only)).map(({ name }) => name);
    };
    expect(await names(['predict'])).toEqual(expect.arrayContaining(['rho-depth', 'norm-depth']));
    expect(await names(['predict'])).not.toContain('gradient-depth');
    expect(await names(['probe'])).toEqual(
      expect.arrayContaining(['rho-depth', 'correlation-heat-maps', 'gradient-depth']),
    );
  });

  it('shows a window of one token, which has no correlation', async () => {
    const single = await writeFixtureRun(folder, {
      name: 'single',
      tokens: 1,
      parts: ['probe', 'predict'],
    });
    const shown = await write([single]);
    expect(shown).toContain('id="norm-depth"');
    expect(shown).not.toContain('id="rho-depth"');
  });

  it('names a damaged file', async () => {
    const broken = await writeFixtureRun(folder, { name: 'broken', parts: ['probe'] });
    writeFileSync(broken.path('probe', 'shaped', 'probe.json'), '{');
    const failure = await write([broken]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).message).toMatch(/probe\.json.*damaged/);
  });
});

describe('several runs', () => {
  it('stand side by side, then one after the other, with ids of their own', async () => {
    const other = await writeFixtureRun(folder, { name: 'other', width: 64, parts: ['probe'] });
    const out = join(folder, 'both.html');
    const both = await write([run, other], out);
    const shown = seen(both);
    expect(shown).toContain('Comparison of 2 runs');
    expect(both.match(/<article /g)).toHaveLength(2);
    expect(both).toContain('id="run1-rho-depth"');
    expect(both).toContain('id="run2-rho-depth"');
    const ids = [...both.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('needs at least one', async () => {
    await expect(write([])).rejects.toThrow(/expected a run directory, got none/);
  });
});

describe('an interruption', () => {
  it('stops the drawing and leaves no page', async () => {
    const stopped = await writeFixtureRun(folder, { name: 'stopped', parts: ['probe'] });
    const signal = AbortSignal.abort(new Failure('Interrupted.', 130));
    const failure = runReport({ runs: [stopped], reporter: silent, signal });
    await expect(failure).rejects.toThrow('Interrupted.');
    expect(stopped.has('report.html')).toBe(false);
  });
});

describe('reportFigures', () => {
  it('gives whole documents without variables, the named ones only', async () => {
    const [figure, ...rest] = await reportFigures(run, ['rho-depth']);
    expect(rest).toEqual([]);
    expect(figure).toMatchObject({
      name: 'rho-depth',
      title: 'Mean token correlation against depth',
    });
    expect(figure.svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(figure.svg).not.toContain('var(');
  });
});
