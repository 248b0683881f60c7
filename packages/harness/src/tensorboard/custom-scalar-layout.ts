import { create, toBinary } from '@bufbuild/protobuf';
import { LayoutSchema } from './generated/custom_scalars_pb.js';
import { stringTensor, type PluginValue } from './tensor-value.js';

/** The tag under which TensorBoard looks for a layout. */
export const LAYOUT_TAG = 'custom_scalars__config__';

/** Several scalars as lines in one chart. */
export interface MultilineChart {
  title: string;
  /** Scalar tags, taken literally. */
  tags: readonly string[];
}

/** Lines, each inside a band: the network's curve inside the SDE's band. */
export interface MarginChart {
  title: string;
  /**
   * Three scalar tags a line, logged in the same run at the same steps: TensorBoard draws nothing
   * where one of the three is missing.
   */
  series: readonly { value: string; lower: string; upper: string }[];
}

/** Charts under one heading. */
export interface ChartCategory {
  title: string;
  charts: readonly (MultilineChart | MarginChart)[];
  /** Whether the heading starts folded. Defaults to false. */
  closed?: boolean;
}

/**
 * The layout of the "custom scalars" page as TensorBoard stores it.
 *
 * TensorBoard takes a multi-line chart's tags as regular expressions; they are escaped and anchored
 * here, so that `train/loss` does not also show `train/loss_smoothed`.
 *
 * @throws RangeError for a chart without lines, or a title used twice in one category, of which
 * TensorBoard would show one
 */
export function customScalarLayout(categories: readonly ChartCategory[]): PluginValue {
  for (const category of categories) checkCategory(category);
  const layout = create(LayoutSchema, {
    category: categories.map(({ title, charts, closed = false }) => ({
      title,
      closed,
      chart: charts.map((chart) => ({ title: chart.title, content: content(chart) })),
    })),
  });
  return { plugin: 'custom_scalars', value: stringTensor([toBinary(LayoutSchema, layout)], true) };
}

function content(chart: MultilineChart | MarginChart) {
  if ('series' in chart) {
    return {
      case: 'margin' as const,
      value: { series: chart.series.map((line) => ({ ...line })) },
    };
  }
  return { case: 'multiline' as const, value: { tag: chart.tags.map(literal) } };
}

/** The regular expression, Python's and JavaScript's, that matches the tag and nothing else. */
function literal(tag: string): string {
  return `^${tag.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`;
}

function checkCategory({ title, charts }: ChartCategory): void {
  const titles = new Set<string>();
  for (const chart of charts) {
    const lines = 'series' in chart ? chart.series.length : chart.tags.length;
    if (lines === 0) {
      throw new RangeError(
        `customScalarLayout: expected a line in chart "${chart.title}" of "${title}", got none.`,
      );
    }
    if (titles.has(chart.title)) {
      throw new RangeError(
        `customScalarLayout: expected chart titles that differ in "${title}", got ` +
          `"${chart.title}" twice. Rename one.`,
      );
    }
    titles.add(chart.title);
  }
}
