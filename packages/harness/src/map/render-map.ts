import { binomialShare } from '../advise/binomial-share.js';
import { number, shareText } from '../advise/share-text.js';
import { mapLetter, type MapAxis } from '../config/index.js';
import type { CellClass, MapCell } from './map-cell.js';
import type { MapRecord, MapResult } from './map-files.js';
import type { MapLine } from './map-summary.js';

/** What the classes are called. */
export const CLASS_NAMES: Record<CellClass | 'undecided', string> = {
  healthy: 'healthy',
  collapse: 'collapse',
  blowUp: 'blow-up',
  undecided: 'undecided',
};

/** A share in percent, to three digits. */
export const percent = (share: number) => `${number(100 * share)} %`;

/** What an axis shows: `γ from 0.1 to 1`, and its scale where that is not linear. */
export function axisText(axis: MapAxis): string {
  const { parameter, scale, values } = axis;
  const [from, to] = [values[0], values[values.length - 1]].map(number);
  return `${mapLetter(parameter)} from ${from} to ${to}${scale === 'log' ? ' (log)' : ''}`;
}

/** A line of cells in words: `at τ₀ = 1: healthy up to γ = 0.83, then blow-up`. */
export function lineText({ x, y }: Pick<MapRecord, 'x' | 'y'>, line: MapLine): string {
  const [along, other] = line.along === 'x' ? [x, y] : [y, x];
  const letter = mapLetter(along.parameter);
  const parts = line.stretches.map(({ class: name, upTo }) =>
    upTo === null ? CLASS_NAMES[name] : `${CLASS_NAMES[name]} up to ${letter} = ${number(upTo)}`,
  );
  const text = parts.length === 1 ? `${parts[0]} for ${axisText(along)}` : parts.join(', then ');
  return `at ${mapLetter(other.parameter)} = ${number(line.at)}: ${text}`;
}

/** The probabilities of a cell in words. */
function cellText(cell: MapCell, { paths, confidence }: MapRecord): string {
  const of = (name: CellClass) =>
    `${CLASS_NAMES[name]} ${shareText(binomialShare(Math.round(cell[name] * paths), paths, confidence))}`;
  const layer =
    cell.stopLayerMedian === null
      ? ''
      : ` (by layer ${number(cell.stopLayerMedian)} in the median)`;
  const rho = cell.rhoMedian === null ? '' : `; median ρ ${cell.rhoMedian.toFixed(3)}`;
  return `${of('healthy')}, ${of('collapse')}, ${of('blowUp')}${layer}${rho}`;
}

/** The steps of a map's cells: `80 steps`, or `80 to 320 steps`. */
export function stepsText(most: number, fewest = most): string {
  return fewest === most ? `${most} steps` : `${fewest} to ${most} steps`;
}

/** What simulated a map: `SDE, 80 to 320 steps` or `exact chain`. */
export function theoryText({ steps, fewestSteps }: MapRecord): string {
  return steps === null ? 'exact chain' : `SDE, ${stepsText(steps, fewestSteps)}`;
}

/** A map in a few lines for the terminal. */
export function renderMap({ record, cells }: MapResult): string {
  const { x, y, arch, summary, paths } = record;
  const { shares, own, lines } = summary;
  const decided = (['healthy', 'collapse', 'blowUp'] as const)
    .map((name) => `${CLASS_NAMES[name]} ${percent(shares[name])}`)
    .join(', ');
  const columns = x.values.length;
  return [
    `phase diagram of ${arch.block} blocks (${theoryText(record)}): ${axisText(x)}, ${axisText(y)}; ${columns} × ${y.values.length} cells of ${paths} paths`,
    `cells: ${decided}; undecided ${percent(shares.undecided)}`,
    ...lines.map((line) => lineText(record, line)),
    own === null
      ? 'the configuration itself lies outside'
      : `the configuration’s own cell: ${cellText(cells[own.row * columns + own.column], record)}`,
  ].join('\n');
}
