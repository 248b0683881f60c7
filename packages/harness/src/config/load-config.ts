import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { usageFailure } from '../failure.js';
import { parseConfig } from './parse-config.js';
import type { Config } from './schema.js';
import { setKey } from './set-key.js';

/** Warnings of the YAML parser would go to standard error with a stack. */
const QUIET = { logLevel: 'error' } as const;

function firstSentence(cause: unknown): string {
  return (cause as Error).message.replace(/ at line [\s\S]*$/, '');
}

/** Applies one `--set path=value`; the value is read as YAML. */
function applyOverride(raw: Record<string, unknown>, override: string): void {
  const at = override.indexOf('=');
  if (at < 1) {
    throw usageFailure(
      `--set: expected key=value, got '${override}'. Write for example --set model.depth=50.`,
    );
  }
  const path = override.slice(0, at).split('.');
  if (path.includes('') || path.includes('__proto__')) {
    throw usageFailure(
      `--set: expected a key such as model.depth, got '${override.slice(0, at)}'. See docs/configuration.md.`,
    );
  }
  let value: unknown;
  try {
    value = parse(override.slice(at + 1), QUIET);
  } catch (cause) {
    throw usageFailure(
      `--set ${override}: the value is not YAML (${firstSentence(cause)}). Quote it.`,
      { cause },
    );
  }
  setKey(raw, path, value);
}

/**
 * The keys of a YAML or JSON file with overrides applied, not checked yet.
 *
 * @param file its path; undefined takes none
 * @param overrides `key.path=value` pairs, later ones win
 * @throws Failure (exit code 2) when the file cannot be read or is no mapping
 */
export function readRawConfig(
  file: string | undefined,
  overrides: readonly string[] = [],
): Record<string, unknown> {
  let raw: unknown = {};
  if (file !== undefined) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
      throw usageFailure(
        `--config: expected a readable YAML or JSON file, got ${file} (${code}). Check the path.`,
        { cause },
      );
    }
    try {
      raw = parse(text, QUIET) ?? {};
    } catch (cause) {
      throw usageFailure(
        `${file}: expected YAML or JSON, got a syntax error. Correct it:\n${(cause as Error).message.trimEnd()}`,
        { cause },
      );
    }
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw usageFailure(
      `${file}: expected a mapping of keys to values. See configs/quickstart.yaml.`,
    );
  }
  const merged = structuredClone(raw) as Record<string, unknown>;
  for (const override of overrides) applyOverride(merged, override);
  return merged;
}

/**
 * The configuration of a YAML or JSON file with overrides applied.
 *
 * @param file its path; undefined takes the defaults
 * @param overrides `key.path=value` pairs, later ones win
 * @param command whose own rules the configuration must keep as well
 * @throws Failure (exit code 2) when the file cannot be read or parsed, or has problems
 */
export function loadConfig(
  file: string | undefined,
  overrides: readonly string[] = [],
  command?: string,
): Config {
  return parseConfig(readRawConfig(file, overrides), file ?? 'configuration', command);
}
