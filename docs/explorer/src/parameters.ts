/** One number that the reader sets: how it is called, where it lies, and how its slider moves. */
export interface NumberParameter {
  /** The symbol of docs/notation.md. */
  readonly symbol: string;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Distance of two places of the slider; on a logarithmic one, in powers of ten. */
  readonly step: number;
  readonly scale: 'linear' | 'log';
  readonly integer?: boolean;
  /** What a small and a large value do, in a few words. */
  readonly hint: string;
}

/** The numbers that have a slider, by the names that the configuration of `shaped` gives them. */
export const SLIDERS = {
  gamma: {
    ...{ symbol: 'γ', label: 'branch weight', hint: '0: skip only; 1: no skip' },
    ...{ min: 0, max: 1, step: 0.005, scale: 'linear' },
  },
  tau0: {
    ...{ symbol: 'τ₀', label: 'temperature scale', hint: 'small: strong attention, blow-up' },
    ...{ min: 0.1, max: 10, step: 0.01, scale: 'log' },
  },
  cMinus: {
    ...{ symbol: 'c₋', label: 'ReLU slope shift', hint: '0: linear; −√n: the plain ReLU' },
    ...{ min: -16, max: 0, step: 0.1, scale: 'linear' },
  },
  ratio: {
    ...{ symbol: 'T', label: 'depth / width', hint: 'time of the SDE' },
    ...{ min: 0.05, max: 2, step: 0.01, scale: 'linear' },
  },
  tokens: {
    ...{ symbol: 'm', label: 'tokens', hint: 'work grows like m³' },
    ...{ min: 2, max: 32, step: 1, scale: 'linear', integer: true },
  },
  startRho: {
    ...{ symbol: 'ρ₀', label: 'initial correlation', hint: 'between any two tokens' },
    ...{ min: 0, max: 0.98, step: 0.01, scale: 'linear' },
  },
} as const satisfies Record<string, NumberParameter>;

export type SliderName = keyof typeof SLIDERS;

/** Masks of attention. */
export const MASKS = ['full', 'causal'] as const;
export type Mask = (typeof MASKS)[number];

/** Numbers of paths on offer. */
export const PATHS = [256, 1024, 4096, 16384] as const;

/** Radii r on offer: a path with |V| > r has blown up. */
export const RADII = [10, 100, 1000] as const;

/** Seeds are integers below this. */
export const SEED_LIMIT = 1e6;
