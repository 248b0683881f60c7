/** What every model of the table shares: the trained network's own defaults, on one vocabulary. */
const SHARED = {
  vocabulary: 4096,
  batch: 8,
  heads: 4,
  gamma: Math.SQRT1_2 / 2,
  tau0: 1,
  cPlus: 0,
  cMinus: -2,
};

/** The models that are trained, by name. */
const MODELS = {
  small: { ...SHARED, depth: 12, width: 128, tokens: 64 },
  wide: { ...SHARED, depth: 12, width: 256, tokens: 128 },
  deep: { ...SHARED, depth: 60, width: 128, tokens: 64 },
};

/** The attention block whose cost is compared. */
const ATTENTION = { batch: 8, tokens: 128, width: 512, heads: 8, tau0: 1 };

/** The rows of the table. `target` bounds the measured ratio from above. */
export const WORKS = [
  { name: 'small', kind: 'step', backend: 'tensorflow', model: MODELS.small, steps: 10, target: 1 },
  { name: 'wide', kind: 'step', backend: 'tensorflow', model: MODELS.wide, steps: 4, target: 1.1 },
  { name: 'deep', kind: 'step', backend: 'tensorflow', model: MODELS.deep, steps: 2, target: 1 },
  { name: 'wasm', kind: 'step', backend: 'wasm', model: MODELS.small, steps: 2, target: 4 },
  {
    name: 'attention',
    kind: 'attention',
    backend: 'tensorflow',
    attention: ATTENTION,
    steps: 10,
    target: 1.1,
  },
  {
    name: 'shaping',
    kind: 'shaping',
    backend: 'tensorflow',
    attention: ATTENTION,
    steps: 10,
    target: 1.05,
    memoryTarget: 1.02,
  },
  {
    name: 'metrics',
    kind: 'metrics',
    backend: 'tensorflow',
    model: MODELS.small,
    // Those of the default configuration.
    steps: 160,
    target: 1.03,
  },
];

/** The longest that the first compilation of a step may take, in seconds. */
export const COMPILE_TARGET = 90;

/** The same rows at sizes that only try the tool. */
export function tiny(work) {
  const model = work.model && { ...work.model, depth: 2, width: 16, tokens: 8, vocabulary: 32 };
  const attention = work.attention && { ...work.attention, batch: 2, tokens: 8, width: 32 };
  return {
    ...work,
    steps: work.kind === 'metrics' ? work.steps : 1,
    ...(model && { model }),
    ...(attention && { attention }),
  };
}
