import { checkSlider, type ExplorerState } from './explorer-state.ts';
import { formatCount, formatNumber } from './format.ts';
import {
  PATHS,
  RADII,
  SEED_LIMIT,
  SLIDERS,
  type NumberParameter,
  type SliderName,
} from './parameters.ts';

/** The form. */
export interface Controls {
  /** Shows a state, without saying that it has changed. */
  show: (state: ExplorerState) => void;
}

/** Digits that a slider's value is rounded to. */
const DIGITS = 3;

type Change = (change: Partial<ExplorerState>) => void;

/** An element of the page. @throws Error when the page has none */
export function byId<Element extends HTMLElement = HTMLElement>(id: string): Element {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`byId: expected an element #${id} in the page, got none.`);
  return element as Element;
}

function html<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** A slider with a field for exact values beside it; both have the same label. */
function slider(name: SliderName, change: Change) {
  const parameter: NumberParameter = SLIDERS[name];
  const { symbol, label, min, max, step, scale, hint } = parameter;
  const log = scale === 'log';
  const place = (value: number) => (log ? Math.log10(value) : value);
  const range = html('input', {
    ...{ type: 'range', id: name, name },
    ...{ min: String(place(min)), max: String(place(max)), step: String(step) },
  });
  const field = html('input', {
    ...{ type: 'number', id: `${name}-value`, step: 'any', min: String(min), max: String(max) },
    inputMode: 'decimal',
  });
  field.setAttribute('aria-label', `${symbol}, ${label}: exact value`);
  const problem = html('p', { className: 'problem', id: `${name}-problem`, hidden: true });
  const note = html('small', { id: `${name}-hint` }, hint);
  range.setAttribute('aria-describedby', note.id);
  field.setAttribute('aria-describedby', problem.id);
  problem.setAttribute('role', 'alert');

  const refuse = (expected: string | undefined) => {
    problem.hidden = expected === undefined;
    field.setAttribute('aria-invalid', String(expected !== undefined));
    problem.textContent =
      expected === undefined ? '' : `Expected ${expected}, got ${field.value || 'no number'}.`;
  };
  range.addEventListener('input', () => {
    const at = Number(range.value);
    change({ [name]: Number((log ? 10 ** at : at).toPrecision(DIGITS)) });
  });
  field.addEventListener('input', () => {
    const expected = checkSlider(name, field.valueAsNumber);
    refuse(expected);
    if (expected === undefined) change({ [name]: field.valueAsNumber });
  });
  const title = html('label', { htmlFor: name }, html('i', {}, symbol), ` ${label}`);
  return {
    element: html('div', { className: 'control' }, title, field, range, note, problem),
    show: (value: number) => {
      range.value = String(place(value));
      range.setAttribute('aria-valuetext', formatNumber(value));
      // Not under the hands of who types.
      if (document.activeElement === field && field.valueAsNumber === value) return;
      field.value = String(Number(value.toPrecision(4)));
      refuse(undefined);
    },
  };
}

/** Makes the form work; `change` is called at every move, with what has changed. */
export function makeControls(change: Change): Controls {
  const names = Object.keys(SLIDERS) as SliderName[];
  const sliders = names.map((name) => [name, slider(name, change)] as const);
  byId('sliders').append(...sliders.map(([, { element }]) => element));

  const masks = [...document.querySelectorAll<HTMLInputElement>('input[name="mask"]')];
  for (const mask of masks) {
    mask.addEventListener('change', () => change({ mask: mask.value as ExplorerState['mask'] }));
  }
  const choices = { paths: PATHS, stopAt: RADII };
  const [paths, stopAt] = (['paths', 'stopAt'] as const).map((name) => {
    const select = byId<HTMLSelectElement>(name);
    const options = choices[name].map((n) => html('option', { value: String(n) }, formatCount(n)));
    select.append(...options);
    select.addEventListener('change', () => change({ [name]: Number(select.value) }));
    return select;
  });
  const seed = byId<HTMLInputElement>('seed');
  seed.addEventListener('input', () => {
    const value = seed.valueAsNumber;
    const sound = Number.isInteger(value) && value >= 0 && value < SEED_LIMIT;
    seed.setAttribute('aria-invalid', String(!sound));
    if (sound) change({ seed: value });
  });
  byId('next-seed').addEventListener('click', () => {
    change({ seed: (Number(seed.value) + 1) % SEED_LIMIT });
  });

  return {
    show(state) {
      for (const [name, { show }] of sliders) show(state[name]);
      for (const mask of masks) mask.checked = mask.value === state.mask;
      paths.value = String(state.paths);
      stopAt.value = String(state.stopAt);
      if (document.activeElement !== seed || seed.valueAsNumber !== state.seed) {
        seed.value = String(state.seed);
        seed.setAttribute('aria-invalid', 'false');
      }
    },
  };
}
