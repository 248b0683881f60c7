import { describe, expect, test } from 'vitest';
import { NewestRequest, type Turn } from './newest-request.ts';

/** Work that goes on until it is told to end or is aborted. */
function workshop(patience: number) {
  const begun: { name: string; turn: Turn; finish: () => void }[] = [];
  const requests = new NewestRequest<string>(
    (name, turn) =>
      new Promise((resolve, reject) => {
        begun.push({ name, turn, finish: resolve });
        turn.signal.addEventListener('abort', () => reject(turn.signal.reason as Error));
      }),
    patience,
  );
  const names = () => begun.map(({ name }) => name);
  return { requests, begun, names };
}

/** Lets everything that waits go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Longer than any test. */
const FOREVER = 2 ** 30;

describe('only the newest request', () => {
  test('is worked on: a new one aborts, at once, what has shown something', async () => {
    const { requests, begun, names } = workshop(FOREVER);
    requests.ask('a');
    expect(names()).toEqual(['a']);
    begun[0].turn.shown();
    expect(begun[0].turn.signal.aborted).toBe(false);
    requests.ask('b');
    expect(begun[0].turn.signal.aborted).toBe(true);
    await settle();
    expect(names()).toEqual(['a', 'b']);
    expect(requests.counts).toEqual({ started: 2, cancelled: 1, skipped: 0 });
  });

  test('waits: those between it and what runs are never begun', async () => {
    const { requests, begun, names } = workshop(FOREVER);
    for (const name of ['a', 'b', 'c', 'd']) requests.ask(name);
    expect(begun[0].turn.signal.aborted).toBe(false);
    begun[0].turn.shown();
    expect(begun[0].turn.signal.aborted).toBe(true);
    await settle();
    expect(names()).toEqual(['a', 'd']);
    expect(requests.counts).toEqual({ started: 2, cancelled: 1, skipped: 2 });
  });

  test('waits no longer than patience lasts for what shows nothing', async () => {
    const { requests, begun, names } = workshop(0);
    requests.ask('a');
    requests.ask('b');
    await expect.poll(names).toEqual(['a', 'b']);
    expect(begun[0].turn.signal.aborted).toBe(true);
    expect(begun[1].turn.signal.aborted).toBe(false);
  });

  test('is begun when the one before it ends by itself', async () => {
    const { requests, begun, names } = workshop(FOREVER);
    requests.ask('a');
    requests.ask('b');
    begun[0].finish();
    await settle();
    expect(names()).toEqual(['a', 'b']);
    begun[1].finish();
    await settle();
    requests.ask('c');
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(requests.counts).toEqual({ started: 3, cancelled: 0, skipped: 0 });
  });
});
