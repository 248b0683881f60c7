import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AdviceRecord } from '../../advise/index.js';
import { memoryStreams } from '../../progress/testing/memory-streams.js';
import { main } from '../main.js';

const folder = mkdtempSync(join(tmpdir(), 'shaped-advise-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SMALL = ['--tokens', '3', '--width', '16', '--depth', '16', '--heads', '2', '--workers', '0'];
const LENIENT = ['--level', '0.1', '--paths', '64'];

async function advise(...argv: string[]) {
  const streams = memoryStreams();
  const code = await main(['advise', ...SMALL, ...LENIENT, ...argv], streams, {});
  return { code, out: streams.out(), err: streams.err() };
}

describe('shaped advise', () => {
  test('a healthy network: text on standard output, progress on standard error, exit code 0', async () => {
    const { code, out, err } = await advise();
    expect(code).toBe(0);
    expect(out).toMatch(/^Network: shaped .*: HEALTHY\n.*Nothing to change/s);
    expect(err).toMatch(/The network as it is: 64 to do/);
  });

  test('--json: one line with everything, nothing on standard error', async () => {
    const { code, out, err } = await advise('--json', '--block', 'postLN');
    expect([code, err]).toEqual([0, '']);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    const record = JSON.parse(out) as AdviceRecord;
    expect(record).toMatchObject({
      outcome: 'advised',
      asked: { block: 'postLN', norm: 'layer', width: 16, depth: 16, heads: 2, tokens: 3 },
      simulated: { norm: 'rms' },
      layerNormApproximated: true,
      goal: { level: 0.1, confidence: 0.95, rho: 0.5 },
      paths: 64,
      asIs: { verdict: 'collapses', judgement: 'unhealthy', sde: null },
      advice: { confirmed: true, check: { judgement: 'healthy', chain: { paths: 256 } } },
    });
    const { collapse } = record.asIs.chain;
    expect(collapse.probability).toBeCloseTo(collapse.count / 64, 15);
    expect(Object.keys(collapse)).toEqual(
      expect.arrayContaining(['standardError', 'lower', 'upper', 'layers']),
    );
    const { gamma, tau0, cMinus } = record.advice?.shaping ?? {};
    for (const value of [gamma, tau0, cMinus]) expect(Number.isFinite(value)).toBe(true);
  });

  test('--quiet --out: the text alone, and advice.json with everything', async () => {
    const out = join(folder, 'made', 'anew');
    const ended = await advise('--quiet', '--out', out);
    expect([ended.code, ended.err]).toEqual([0, '']);
    const record = JSON.parse(readFileSync(join(out, 'advice.json'), 'utf8')) as AdviceRecord;
    expect(record).toMatchObject({ outcome: 'healthy', advice: null, seed: 0 });
  });

  test('options override --set, which overrides the file', async () => {
    const file = join(folder, 'net.yaml');
    writeFileSync(file, 'model: { tokens: 5, depth: 4, gamma: 0.2, tau0: 2 }\nseed: 3\n');
    const set = ['--set', 'model.depth=5', '--set', 'model.tau0=3'];
    const { out } = await advise('--json', '-c', file, ...set, '--tau0', '4');
    expect((JSON.parse(out) as AdviceRecord).asked).toMatchObject({
      ...{ tokens: 3, depth: 16, gamma: 0.2, tau0: 4 },
    });
    expect((JSON.parse(out) as AdviceRecord).seed).toBe(3);
  });

  test('advice that does not exist: exit code 3', async () => {
    // The median starts at the limit: no ensemble of so few networks shows it below.
    const { code, out } = await advise('--rho', '0.2000001');
    expect(code).toBe(3);
    expect(out).toMatch(/No advice: not even the most shaped block/);
  });

  test.each<[string[], RegExp]>([
    [['--gamma', '1.5', '--tau0', '0'], /2 problems.*model\.gamma: .*at most 1.*model\.tau0: .*0/s],
    [['--tokens', '17'], /model\.width: expected at least the number of tokens \(17\), got 16/],
    [['--heads', '3'], /model\.heads: expected a divisor of the width \(16\), got 3/],
    [['--tau0', '-1'], /model\.tau0: expected more than 0, got -1/],
    [['--gamma', 'much'], /model\.gamma: expected a number, got "much"/],
    [['--c-minus', '.nan'], /model\.cMinus: expected a number/],
    [['--block', 'shapd'], /Did you mean shaped\?/],
    [['--paths', '10'], /advise\.paths: expected at least 29, got 10/],
    [['--tokens', '1'], /model\.tokens: expected at least 2, got 1/],
    [['--minutes', '0.0000001'], /expected work of at most advise\.minutes/],
    [['--tow0', '1'], /unknown option or argument tow0\. Did you mean --tau0\?/],
  ])(
    '%j is refused: exit code 2, with what to do, and nothing is written',
    async (argv, message) => {
      const out = join(folder, 'never');
      const { code, out: text, err } = await advise(...argv, '--out', out);
      expect(err).toMatch(message);
      expect([code, text]).toEqual([2, '']);
      expect(existsSync(out)).toBe(false);
    },
  );
});
