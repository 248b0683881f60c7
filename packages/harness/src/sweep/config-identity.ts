import { createHash } from 'node:crypto';
import type { Config } from '../config/index.js';

/**
 * The hash of everything in a configuration that a result can depend on: all but its name and the
 * number of workers.
 */
export function configIdentity({ name: _, workers: __, ...config }: Config): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex');
}
