import {
  MASKS,
  PATHS,
  RADII,
  SEED_LIMIT,
  SLIDERS,
  type Mask,
  type SliderName,
} from './parameters.ts';

/** Everything that decides the picture. */
export interface ExplorerState extends Record<SliderName, number> {
  mask: Mask;
  /** Number of paths to simulate. */
  paths: number;
  /** r: a path stops, and has blown up, where |V| > r. */
  stopAt: number;
  seed: number;
}

/** The paper's setting: γ = 1/√8, τ0 = 1, c₋ = −1, T = 0.75, ρ = 0.2 at the start, 2¹² paths. */
export const PAPER: Readonly<ExplorerState> = {
  gamma: Math.SQRT1_2 / 2,
  tau0: 1,
  cMinus: -1,
  ratio: 0.75,
  tokens: 4,
  startRho: 0.2,
  mask: 'full',
  paths: 4096,
  stopAt: 1000,
  seed: 0,
};

/** A state, and what of its source could not be used. */
export interface ParsedState {
  state: ExplorerState;
  issues: string[];
}

const isSlider = (name: string): name is SliderName => Object.hasOwn(SLIDERS, name);

/** What a slider's value must be, and whether `value` is that. */
export function checkSlider(name: SliderName, value: number): string | undefined {
  const parameter: { min: number; max: number; integer?: boolean } = SLIDERS[name];
  const { min, max, integer = false } = parameter;
  if (value >= min && value <= max && (!integer || Number.isInteger(value))) return undefined;
  return `${integer ? 'an integer' : 'a number'} in [${min}, ${max}]`;
}

/** What a value of any name must be, where `text` is not that. */
function refusal(name: keyof ExplorerState, text: string): string | undefined {
  const oneOf = (choices: readonly (string | number)[]) =>
    choices.some((choice) => String(choice) === text) ? undefined : `one of ${choices.join(', ')}`;
  // Number('') is 0.
  const value = text.trim() === '' ? NaN : Number(text);
  if (isSlider(name)) return checkSlider(name, value);
  if (name === 'mask') return oneOf(MASKS);
  if (name === 'paths') return oneOf(PATHS);
  if (name === 'stopAt') return oneOf(RADII);
  const isSeed = Number.isInteger(value) && value >= 0 && value < SEED_LIMIT;
  return isSeed ? undefined : `an integer in [0, ${SEED_LIMIT - 1}]`;
}

/** The state that the hash of an address holds; what it leaves out, or gets wrong, is the paper's. */
export function stateFromHash(hash: string): ParsedState {
  const given: Record<string, string | number> = {};
  const issues: string[] = [];
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ''))) {
    if (!Object.hasOwn(PAPER, name)) {
      issues.push(
        `${name}: expected one of ${Object.keys(PAPER).join(', ')} in the address. It is ignored.`,
      );
      continue;
    }
    const key = name as keyof ExplorerState;
    const expected = refusal(key, text);
    if (expected === undefined) given[key] = key === 'mask' ? text : Number(text);
    else issues.push(`${key}: expected ${expected}, got “${text}”. The paper’s value is shown.`);
  }
  return { state: { ...PAPER, ...given }, issues };
}

/** The hash of a state, `#name=value&…` of all that is not the paper's; empty for the paper's. */
export function hashFromState(state: ExplorerState): string {
  const names = Object.keys(PAPER) as (keyof ExplorerState)[];
  const changed = names.filter((name) => state[name] !== PAPER[name]);
  const hash = new URLSearchParams(changed.map((name) => [name, String(state[name])]));
  return changed.length === 0 ? '' : `#${hash.toString()}`;
}
