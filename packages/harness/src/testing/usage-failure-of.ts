import { expect } from 'vitest';
import { EXIT, Failure } from '../failure.js';

/** The message of the failure that `work` ends with, whose exit code is that of a usage error. */
export function usageFailureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).exitCode).toBe(EXIT.usage);
    return (error as Failure).message;
  }
  throw new Error('nothing failed');
}
