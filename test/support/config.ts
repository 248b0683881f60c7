import { ROOT } from './repository.ts';

/** The smallest shipped configuration. */
export const TINY = `${ROOT}configs/tiny.yaml`;

/** Options that change keys of the configuration. */
export function sets(changes: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(changes).flatMap(([key, value]) => [
    '--set',
    `${key}=${JSON.stringify(value)}`,
  ]);
}

/** No threads: starting them costs more than such small runs gain. */
export const INLINE = ['--workers', '0'] as const;
