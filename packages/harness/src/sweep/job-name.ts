import { createHash } from 'node:crypto';
import type { Settings } from './sweep-settings.js';

/** Longest value and name as they stand; file systems take names of 255 bytes. */
const LONGEST_VALUE = 32;
const LONGEST_NAME = 120;

const DIGEST = 6;

/** The first hexadecimal digits of a text's hash. */
const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, DIGEST);

/** A value in characters that any file system takes; what was changed carries a hash of it. */
function valueText(value: unknown): string {
  const text = Array.isArray(value)
    ? value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('+')
    : typeof value === 'string'
      ? value
      : (JSON.stringify(value) ?? 'none');
  const plain = text.replaceAll(/[^\w.+-]+/g, '-').slice(-LONGEST_VALUE);
  return plain === text && plain !== '' ? plain : `${plain}~${digest(text)}`;
}

/** A key as short as it stays unmistakable: keys of the model stand without their section. */
export function shortKey(key: string): string {
  return key.replace(/^model\./, '');
}

/** The keys of settings in the order of names and tables: by name, the seed last. */
export function settingKeys(settings: readonly Settings[]): string[] {
  const keys = [...new Set(settings.flatMap((own) => Object.keys(own)))];
  const rank = (key: string) => (key === 'seed' ? 1 : 0);
  return keys.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/**
 * The name of a job, such as `gamma=0.1_tau0=1_seed=0`: the same for the same settings, whatever their
 * order and the other jobs.
 */
export function jobName(settings: Settings): string {
  const parts = settingKeys([settings]).map(
    (key) => `${shortKey(key)}=${valueText(settings[key])}`,
  );
  const name = parts.join('_') || 'base';
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}~${digest(name)}`;
}
