import { PAPER, type ExplorerState } from './explorer-state.ts';

/** Settings worth seeing, by the id of their button. */
export const PRESETS: Readonly<Record<string, ExplorerState>> = {
  'preset-paper': PAPER,
  'preset-collapse': { ...PAPER, gamma: 0.6, cMinus: -14, ratio: 1 },
  'preset-blow-up': { ...PAPER, gamma: 0.6, tau0: 0.35, tokens: 8 },
};
