import { z } from 'zod';
import { configSchema } from './schema.js';

/** What a JSON schema says of one key, as far as the schema of this project uses it. */
interface Node {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  items?: Node;
  properties?: Record<string, Node>;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
}

/** Bounds that only say that a number is an integer that JavaScript can hold. */
const isRealBound = (bound: number | undefined) =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

function boundsOf(node: Node): string {
  const bounds = [
    isRealBound(node.exclusiveMinimum) ? `> ${node.exclusiveMinimum}` : '',
    isRealBound(node.minimum) ? `≥ ${node.minimum}` : '',
    isRealBound(node.exclusiveMaximum) ? `< ${node.exclusiveMaximum}` : '',
    isRealBound(node.maximum) ? `≤ ${node.maximum}` : '',
  ].filter((bound) => bound !== '');
  return bounds.length === 0 ? '' : ` ${bounds.join(', ')}`;
}

function typeOf(node: Node): string {
  if (node.enum) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.type === 'array') {
    const least = node.minItems ? `, at least ${node.minItems}` : '';
    return `list of: ${typeOf(node.items ?? {})}${least}`;
  }
  const names: Record<string, string> = { integer: 'whole number', string: 'text' };
  const name = names[node.type ?? ''] ?? node.type ?? '';
  return `${name}${boundsOf(node)}`;
}

type Row = [key: string, type: string, value: string, meaning: string];

/** The rows of the keys of `node` and below, sections left out. */
function rows(node: Node, path: string[]): Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const here = [...path, key];
    if (child.properties) return rows(child, here);
    const value = child.default === undefined ? '–' : `\`${JSON.stringify(child.default)}\``;
    return [[`\`${here.join('.')}\``, typeOf(child), value, child.description ?? '']] as Row[];
  });
}

/** A table whose columns are aligned in the source as well. */
function table(body: Row[]): string[] {
  const cells = [['key', 'type', 'default', 'meaning'] as Row, ...body].map((row) =>
    row.map((cell) => cell.replaceAll('|', '\\|')),
  );
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row: string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const [head, ...rest] = cells.map(line);
  return [head, line(widths.map((width) => '-'.repeat(width))), ...rest];
}

/**
 * The documentation of every configuration key as Markdown, made from the schema: path, type,
 * default and description.
 */
export function configDocumentation(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input' }) as Node;
  const entries = Object.entries(schema.properties ?? {});
  const single = entries.filter(([, node]) => !node.properties);
  const sections = entries.filter(([, node]) => node.properties);
  const general = rows({ properties: Object.fromEntries(single) }, []);
  return [
    '<!-- Made by tools/docs/config.mjs from the schema; do not edit. -->',
    '',
    '# Configuration',
    '',
    'A configuration is a YAML or JSON file (`--config`), every key of which has a default; see',
    '[`configs/quickstart.yaml`](../configs/quickstart.yaml). `--set key=value` changes one key, as in',
    '`--set model.depth=50`. Unknown keys, wrong types and impossible combinations are errors, all',
    'reported together.',
    '',
    'From strongest to weakest: options of the command line (`--backend`, `--seed`, `--data`,',
    '`--workers`), `--set`, the environment variable `SHAPED_BACKEND`, the file, the default.',
    '',
    '## General',
    '',
    ...table(general),
    ...sections.flatMap(([name, node]) => [
      '',
      `## \`${name}\``,
      '',
      node.description ?? '',
      '',
      ...table(rows(node, [name])),
    ]),
    '',
  ].join('\n');
}
