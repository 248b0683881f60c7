import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.js';
import { memoryStreams } from '../progress/testing/memory-streams.js';
import { printError } from './print-error.js';

function printed(error: unknown, env: NodeJS.ProcessEnv = {}, json = false) {
  const streams = memoryStreams();
  const code = printError(error, 'shaped probe', { stderr: streams.stderr, env, json });
  return { code, text: streams.err() };
}

describe('printError', () => {
  it('prints what the user can act on as one message with its exit code', () => {
    expect(printed(new Failure('no text. Choose another.', 3))).toEqual({
      code: 3,
      text: 'shaped probe: no text. Choose another.\n',
    });
  });

  it('prints anything else as one line that says how to see the stack', () => {
    const { code, text } = printed(new TypeError('x is not\na function'));
    expect(code).toBe(1);
    expect(text).toBe(
      'shaped probe: TypeError: x is not (unexpected; set SHAPED_DEBUG=1 for the stack)\n',
    );
    expect(printed('a string').text).toMatch(/^shaped probe: a string /);
  });

  it('shows stack and cause when SHAPED_DEBUG is set', () => {
    const error = new Failure('outer', 1, { cause: new Error('inner') });
    const { text } = printed(error, { SHAPED_DEBUG: '1' });
    expect(text).toMatch(/at .*print-error\.test\.ts/);
    expect(text).toContain('caused by Error: inner');
  });

  it('prints JSON for programs', () => {
    expect(JSON.parse(printed(new Failure('why', 2), {}, true).text)).toEqual({
      error: 'why',
      command: 'shaped probe',
      exitCode: 2,
    });
  });
});
