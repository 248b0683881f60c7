import { formatNumber } from '../format-number.js';
import { html, type Html } from './html.js';

/** Entries of a document beyond this depth are written as JSON. */
const MOST_DEPTH = 4;

/** The scalars of a JSON document with their paths, such as `versions.node`. */
export function flattened(value: unknown, path = '', depth = 0): [string, string][] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'object') {
    if (depth === MOST_DEPTH) return [[path, JSON.stringify(value)]];
    if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
      return [[path, value.map(String).join(' ')]];
    }
    return Object.entries(value).flatMap(([key, item]) =>
      flattened(item, path === '' ? key : `${path}.${key}`, depth + 1),
    );
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return [[path, text]];
}

/** A name and its value. */
export type Fact = readonly [string, string | number];

/** Names and values, two columns. */
export function factsTable(facts: readonly Fact[]): Html {
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${typeof value === 'number' ? formatNumber(value) : value}</dd>
        </div>`,
    )}
  </dl>`;
}
