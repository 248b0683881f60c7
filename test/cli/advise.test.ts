import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectReadableOutput } from '../support/messages.ts';
import { scratch } from '../support/scratch.ts';
import { shaped, startShaped } from '../support/shaped.ts';

const at = scratch();

/** A network that collapses, small enough for seconds. */
const COLLAPSING = [
  ...['advise', '--block', 'unshaped', '--gamma', '0.6', '--tokens', '4', '--width', '32'],
  ...['--depth', '32', '--level', '0.1', '--paths', '64'],
];

interface Record {
  outcome: string;
  asIs: { verdict: string; chain: { collapse: { probability: number } } };
  advice: { confirmed: boolean; shaping: { gamma: number; tau0: number; cMinus: number } };
}

describe('shaped advise', () => {
  test('the same bits with threads and without, and in advice.json', async () => {
    const [inline, threaded] = await Promise.all(
      ['0', '2'].map((workers) =>
        shaped([...COLLAPSING, '--json', '--workers', workers, '-o', at(workers)]),
      ),
    );
    expect([inline.code, threaded.code], inline.stderr).toEqual([0, 0]);
    expect(threaded.stdout).toBe(inline.stdout);
    const record = JSON.parse(inline.stdout) as Record;
    expect(record).toMatchObject({ outcome: 'advised', asIs: { verdict: 'collapses' } });
    expect(record.asIs.chain.collapse.probability).toBeGreaterThan(0.5);
    expect(JSON.parse(readFileSync(at('2', 'advice.json'), 'utf8'))).toEqual(record);
  });

  test('what it advises is healthy when asked about again, with another seed', async () => {
    const { advice } = JSON.parse(readFileSync(at('2', 'advice.json'), 'utf8')) as Record;
    const { gamma, tau0, cMinus } = advice.shaping;
    const ended = await shaped([
      ...COLLAPSING,
      ...['--block', 'shaped', '--gamma', `${gamma}`, '--tau0', `${tau0}`],
      ...['--c-minus', `${cMinus}`, '--seed', '7', '--paths', '512'],
    ]);
    expect(ended.code).toBe(0);
    expectReadableOutput(ended);
    expect(ended.stdout).toMatch(/: HEALTHY\n[^]*Nothing to change/);
  });

  test('an option that changes nothing is named', async () => {
    const asked = ['advise', '--block', 'preLN', '--tokens', '4', '--width', '32', '--depth', '8'];
    const effort = ['--level', '0.1', '--paths', '64', '--rho', '0.95'];
    const [idle, used] = await Promise.all([
      shaped([...asked, ...effort, '--gamma', '0.6', '--c-minus', '-2']),
      shaped([...asked, ...effort]),
    ]);
    expect(idle.stderr).toMatch(/--gamma changes nothing here: preLN blocks/);
    expect(idle.stderr).toMatch(/--c-minus changes nothing here: the plain ReLU/);
    expect(used.stderr).not.toMatch(/changes nothing/);
  });

  test('nothing that helps ends with exit code 3', async () => {
    const ended = await shaped([...COLLAPSING, '--rho', '0.2000001', '--quiet']);
    expect([ended.code, ended.stderr]).toEqual([3, '']);
    expect(ended.stdout).toMatch(/No advice/);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it with exit code %i and no file', async (signal, code) => {
    const started = startShaped([...COLLAPSING, '--depth', '400', '-o', at('never')]);
    await started.says(/Looking for the least shaping/);
    started.process.kill(signal);
    const ended = await started.ended;
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toMatch(/Nothing is kept: the same command starts anew\.\n$/);
    expect(existsSync(at('never'))).toBe(false);
  });
});
