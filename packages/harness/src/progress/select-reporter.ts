import { jsonReporter } from './json-reporter.js';
import { plainReporter } from './plain-reporter.js';
import { quietReporter } from './quiet-reporter.js';
import type { Reporter } from './reporter.js';
import type { Closable, Streams } from './streams.js';
import { terminalReporter } from './terminal-reporter.js';

/** The reporter of a command: JSON or quiet when asked for, bars on a terminal, lines elsewhere. */
export function selectReporter(
  { json = false, quiet = false }: { json?: boolean; quiet?: boolean },
  streams: Streams,
): Reporter & Closable {
  if (json) return jsonReporter(streams);
  if (quiet) return quietReporter(streams);
  return streams.stderr.isTTY ? terminalReporter(streams) : plainReporter(streams);
}
