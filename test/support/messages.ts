import { expect } from 'vitest';
import type { Ended } from './shaped.ts';

/** A line of a stack trace, or a number that is none. */
const UNREADABLE = /^ {2,}at |\bNaN\b|\bundefined\b|\[object /m;

/** Asserts that what a command wrote is meant for people: no stack trace, no NaN. */
export function expectReadableOutput({ stdout, stderr }: Ended): void {
  expect(stdout).not.toMatch(UNREADABLE);
  expect(stderr).not.toMatch(UNREADABLE);
}
