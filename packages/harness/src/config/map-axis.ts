import { nearest } from './nearest.js';

/** What is said of a parameter that an axis may vary. */
interface ParameterKind {
  /** The paper's letter. */
  letter: string;
  /** What it is called. */
  title: string;
  /** Its values are whole numbers. */
  whole?: true;
  least?: number;
  most?: number;
  /** The least value is itself no value. */
  open?: true;
}

/** The parameters that a phase diagram may vary; all but `ratio` are keys of `model`. */
export const MAP_PARAMETERS = {
  gamma: { letter: 'γ', title: 'branch weight', least: 0, most: 1 },
  tau0: { letter: 'τ₀', title: 'temperature scale', least: 0, open: true },
  cMinus: { letter: 'c₋', title: 'slope shift of negative inputs' },
  cPlus: { letter: 'c₊', title: 'slope shift of positive inputs' },
  ratio: { letter: 'd/n', title: 'depth/width', least: 0, open: true },
  tokens: { letter: 'm', title: 'tokens', whole: true, least: 2 },
  heads: { letter: 'H', title: 'heads', whole: true, least: 1 },
  width: { letter: 'n', title: 'width', whole: true, least: 1 },
  depth: { letter: 'd', title: 'depth', whole: true, least: 1 },
} as const satisfies Record<string, ParameterKind>;

export type MapParameter = keyof typeof MAP_PARAMETERS;
export const MAP_PARAMETER_NAMES = Object.keys(MAP_PARAMETERS) as MapParameter[];

/** One axis of a phase diagram. */
export interface MapAxis {
  parameter: MapParameter;
  /** Whether neighbours differ by equal steps or by equal factors. */
  scale: 'linear' | 'log';
  /** The values of the cells, ascending. */
  values: number[];
}

/** The paper's letter of a parameter. */
export function mapLetter(parameter: MapParameter): string {
  return MAP_PARAMETERS[parameter].letter;
}

/** The title of an axis, such as `branch weight γ`. */
export function mapAxisTitle({ parameter }: MapAxis): string {
  const { title, letter } = MAP_PARAMETERS[parameter];
  return `${title} ${letter}`;
}

/** Whether the values of an axis are whole numbers. */
export function isWholeAxis({ parameter }: MapAxis): boolean {
  return 'whole' in MAP_PARAMETERS[parameter];
}

/** Digits that values keep: enough for any model, without the dust of binary fractions. */
const DIGITS = 12;

/**
 * The axis that a text such as `gamma:0.1:1:40` or `tau0:0.1:10:40:log` stands for, or what was
 * expected instead: parameter, first value, last value, cells and, where neighbours differ by equal
 * factors, `log`. Values of parameters that are whole numbers are rounded.
 */
export function parseMapAxis(text: string): MapAxis | { expected: string } {
  const [name, ...rest] = text.trim().split(':');
  const parameter = MAP_PARAMETER_NAMES.find((own) => own === name);
  if (parameter === undefined) {
    const near = nearest(name, MAP_PARAMETER_NAMES);
    const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
    return { expected: `a parameter of ${MAP_PARAMETER_NAMES.join(', ')}${hint}` };
  }
  const [from, to, cells] = rest.slice(0, 3).map((part) => (part === '' ? NaN : Number(part)));
  const scale = rest[3] ?? 'linear';
  const numbers = [from, to].every(Number.isFinite) && Number.isSafeInteger(cells);
  if (rest.length < 3 || rest.length > 4 || !numbers || !/^(linear|log)$/.test(scale)) {
    return {
      expected: `parameter:first:last:cells, with :log for equal factors, such as ${parameter}:0.1:1:40`,
    };
  }
  if (cells < 2) return { expected: 'at least 2 cells' };
  if (!(from < to)) return { expected: 'a first value below the last one' };
  const kind: ParameterKind = MAP_PARAMETERS[parameter];
  const { least = -Infinity, most = Infinity, open } = kind;
  if (open ? from <= least : from < least) {
    return { expected: `${parameter} ${open ? 'above' : 'of at least'} ${least}` };
  }
  if (to > most) return { expected: `${parameter} of at most ${most}` };
  if (scale === 'log' && !(from > 0)) return { expected: 'a positive first value on a log axis' };
  const at = (share: number) =>
    scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  const values = Array.from({ length: cells }, (_, i) => {
    const value = i === cells - 1 ? to : at(i / (cells - 1));
    return kind.whole ? Math.round(value) : Number(value.toPrecision(DIGITS));
  });
  if (values.some((value, i) => i > 0 && !(value > values[i - 1]))) {
    return { expected: `fewer cells, as ${parameter} has few values between ${from} and ${to}` };
  }
  return { parameter, scale: scale as MapAxis['scale'], values };
}

/** The axis of a text that was checked before. @throws Error when it was not */
export function mapAxis(text: string): MapAxis {
  const axis = parseMapAxis(text);
  if ('expected' in axis) throw new Error(`mapAxis: expected ${axis.expected}, got ${text}.`);
  return axis;
}
