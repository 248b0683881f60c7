import { beforeAll, describe, expect, test } from 'vitest';
import { silent } from '../progress/reporter.js';
import type { Advice, AdviceRecord } from './advice-record.js';
import { renderAdvice } from './render-advice.js';
import { runAdvise } from './run-advise.js';
import { smallPlan } from './testing/small-plan.js';

/** Columns of the widest line: what a usual terminal shows without breaking. */
const COLUMNS = 110;

describe('what is said of a LayerNorm network that collapses', () => {
  let record: AdviceRecord;
  let text: string;
  beforeAll(async () => {
    const model = { block: 'postLN', tokens: 12, width: 16, heads: 2, mask: 'causal' };
    const plan = smallPlan({ model, advise: { simulatedTokens: 4, paths: 48 } });
    record = await runAdvise(plan, { least: false, reporter: silent });
    text = renderAdvice(record);
  });

  test('is readable: no line too wide, no value missing', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(COLUMNS);
    expect(text).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
  });

  test('names the network, the verdict, the layers and the goal', () => {
    expect(text).toMatch(/^Network: postLN, width 16, depth 24, 2 heads, 12 tokens, causal mask\n/);
    expect(text).toMatch(
      /Healthy: at most 10\.0 % of the networks fail, and the median ρ .* 0\.5\n/,
    );
    expect(text).toMatch(/As it is, 48 networks of the exact chain: COLLAPSES\n/);
    expect(text).toMatch(/collapses \(ρ > 0\.99\) +\d.* by layer \d+ \(5–95 %: \d+ to \d+\)\n/);
  });

  test('says what stands in for the network: RMS norm, and fewer tokens', () => {
    expect(text).toMatch(/LayerNorm has no exact chain: RMS norm stands in/);
    expect(text).toMatch(
      /Tokens: 4 of 12 simulated, the first ones, which do not see the others\./,
    );
    expect(text).toMatch(/With 2 of them: median ρ −?\d\.\d{3} ± 0\.\d{3}, failures /);
    expect(text).toMatch(
      /So expected with 12: median ρ .*, failures .* %; the verdict counts it\./,
    );
    expect(text).toMatch(/SDE: none, it exists for shaped blocks only, with gains of 1\./);
  });

  test('gives the shaping as it can be written into a configuration', () => {
    const { shaping } = record.advice as Advice;
    expect(text).toContain(
      `gamma: ${shaping.gamma}, tau0: ${shaping.tau0}, cMinus: ${shaping.cMinus} }`,
    );
    expect(text).toMatch(
      /Check, 192 networks of the exact chain at other random numbers: CONFIRMED\n/,
    );
    expect(text).toMatch(
      /One notch less shaped \(gamma .*\): (ALIGNS|AT RISK|UNDECIDED|COLLAPSES)/,
    );
  });

  test('an advice that is not confirmed says so and what to do', () => {
    const advice = record.advice as Advice;
    const check = { ...advice.check, judgement: 'undecided', verdict: 'undecided' } as const;
    const other = renderAdvice({ ...record, advice: { ...advice, confirmed: false, check } });
    expect(other).toContain('NOT CONFIRMED: UNDECIDED, more networks would tell (--paths)');
    expect(other).toMatch(/What to do: simulate more networks \(--paths 192\)/);
    expect(other).not.toContain('In a configuration');
  });

  test('where the SDE is not healthy the advice is said to hold at this width alone', () => {
    const advice = record.advice as Advice;
    const sde = record.asIs.chain; // one that collapses
    const warned = renderAdvice({
      ...record,
      advice: { ...advice, check: { ...advice.check, sde } },
    });
    expect(warned).toMatch(/This holds at width 16, .* before you widen the network/s);
  });
});

test('a healthy network has nothing to change, and where nothing helps that is said', async () => {
  const healthy = await runAdvise(smallPlan(), { least: false, reporter: silent });
  expect(renderAdvice(healthy)).toMatch(/: HEALTHY\n[^]*Nothing to change\./);
  expect(renderAdvice({ ...healthy, outcome: 'none found' })).toMatch(
    /No advice: not even the most shaped block[^]*--depth/,
  );
});
