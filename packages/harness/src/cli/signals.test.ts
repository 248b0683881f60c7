import { afterEach, describe, expect, it, vi } from 'vitest';
import { interruption } from '../failure.js';
import { abortOnSignals } from './signals.js';

describe('abortOnSignals', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ['SIGINT', 130, 'Interrupted'],
    ['SIGTERM', 143, 'Terminated'],
  ] as const)(
    'aborts on %s with exit code %d, and a second one ends at once',
    (name, code, word) => {
      const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
      const said: string[] = [];
      const { signal, release } = abortOnSignals((line) => said.push(line));
      process.emit(name, name);
      expect(signal.aborted).toBe(true);
      expect(interruption(signal)).toMatchObject({ exitCode: code });
      expect(said[0]).toContain(word);
      expect(exit).not.toHaveBeenCalled();
      process.emit(name, name);
      expect(exit).toHaveBeenCalledWith(code);
      release();
    },
  );

  it('says what is kept, as the command that is interrupted has it', () => {
    for (const [kept, said] of [
      [undefined, 'Interrupted. What is complete is kept; the same command goes on from there.'],
      ['No page was written.', 'Interrupted. No page was written.'],
    ]) {
      const { signal, release } = abortOnSignals(() => undefined, kept);
      process.emit('SIGINT', 'SIGINT');
      expect(interruption(signal).message).toBe(said);
      release();
    }
  });

  it('listens no more once released', () => {
    const before = process.listenerCount('SIGINT');
    const { release } = abortOnSignals(() => undefined);
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    release();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
