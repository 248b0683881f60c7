import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { shaped, startShaped } from '../support/shaped.ts';

const at = scratch();

/** Of the text. */
const BYTES = 300e6;
/** What the heap of the command may hold. */
const HEAP_MIB = 96;
/**
 * What the process may hold with it, less than the text: Node and the command take some 100 MB, the
 * heap its 96 MiB.
 */
const RESIDENT_BYTES = 250e6;

/** Lines of words that do not repeat soon, not all ASCII, in four documents. */
function writeLongText(folder: string): void {
  mkdirSync(folder);
  const lines = Array.from({ length: 20_000 }, (_, i) =>
    [i, i * i, i * 7919].map((n) => `mot${n.toString(36)} à ${n.toString(5)}`).join(', '),
  );
  const chunk = Buffer.from(`${lines.join('.\n')}.\n`);
  for (let document = 0; document < 4; document++) {
    const file = openSync(`${folder}/${document}.txt`, 'w');
    for (let written = 0; written < BYTES / 4;) written += writeSync(file, chunk);
    closeSync(file);
  }
}

beforeAll(() => {
  writeLongText(at('text'));
  // Writes down the most memory that the process ever had.
  const note = `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(1024 * process.resourceUsage().maxRSS)));`;
  writeFileSync(at('peak.cjs'), note);
}, 60_000);

const info = () => ['data', 'info', at('text'), '--set', 'data.tokenizer=bytes', '--json'];
const tokensIn = () =>
  existsSync(at('cache', 'tokens')) ? readdirSync(at('cache', 'tokens')) : [];

describe('a text that is larger than the memory', () => {
  test('leaves nothing half-made when its tokenising is interrupted', async () => {
    const started = startShaped(info().slice(0, -1), { env: { SHAPED_CACHE: at('cache') } });
    await started.says(/^tokenising: /m);
    started.process.kill('SIGINT');
    const { code, stderr } = await started.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/Nothing half-made is left/);
    expect(tokensIn()).toEqual([]);
  }, 120_000);

  test('is tokenised in little memory, once', async () => {
    const env = {
      SHAPED_CACHE: at('cache'),
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB} --require ${at('peak.cjs')}`,
      PEAK: at('peak'),
    };
    const first = await shaped(info(), { env });
    expect(first.code, first.stderr).toBe(0);
    const known = JSON.parse(first.stdout) as { bytes: number; tokens: number; documents: number };
    expect(known.bytes).toBeGreaterThan(BYTES - 100);
    expect(known.tokens).toBe(known.bytes);
    expect(Number(readFileSync(at('peak'), 'utf8'))).toBeLessThan(RESIDENT_BYTES);
    expect(tokensIn()).toHaveLength(1);
    const again = await shaped(info(), { env });
    expect(again.stdout).toBe(first.stdout);
    expect(again.seconds).toBeLessThan(first.seconds);
  }, 300_000);
});
