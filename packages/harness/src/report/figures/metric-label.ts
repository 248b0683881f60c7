import { metricDefinition } from '../../metrics/index.js';

/** Characters that fit beside the shorter axis of a figure. */
const LONGEST_LABEL = 44;

/** The label of an axis that shows a metric: its title, with formula and unit as far as they fit. */
export function metricLabel(name: string): string {
  const { title, formula, unit } = metricDefinition(name);
  const inUnit = unit === '1' ? '' : ` (${unit})`;
  const labels = [`${title}, ${formula}${inUnit}`, `${title}${inUnit}`];
  return labels.find(({ length }) => length <= LONGEST_LABEL) ?? title;
}

/** A title in the form of a heading. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
