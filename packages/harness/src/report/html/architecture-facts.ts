import { initialGains, type Architecture } from '@shaped/sde';
import { architectureOf, trainedModel, type Config } from '../../config/index.js';
import { formatNumber } from '../format-number.js';
import type { Fact } from './facts-table.js';

/** The activation by its own name, with the scale of a smooth one. */
function activationText({ activation, smooth, a }: Architecture): string {
  return activation === 'shapedSmooth' ? `shaped ${smooth}, a = ${a}` : activation;
}

/** The gains of shaped attention, where they do not all start at 1. */
function gainFacts(arch: Architecture): Fact[] {
  if (arch.attention !== 'shaped' || (arch.gamma1Shift === 0 && arch.gamma2Shift === 0)) return [];
  const { gamma1, gamma2 } = initialGains(arch);
  return [['γ₁, γ₂ at initialisation', `${formatNumber(gamma1)}, ${formatNumber(gamma2)}`]];
}

/** What an architecture is, in the letters of docs/notation.md. */
export function architectureFacts(arch: Architecture): Fact[] {
  const { tokens, width, depth, heads, headWidth, gamma, lambda, tau0, cPlus, cMinus } = arch;
  return [
    ['block', arch.block],
    ['attention, activation', `${arch.attention}, ${activationText(arch)}`],
    ['tokens T', tokens],
    ['width D = n', width],
    ['depth L', depth],
    ['depth/width', depth / width],
    ['heads × head width', `${heads} × ${headWidth}`],
    ['mask', typeof arch.mask === 'string' ? arch.mask : 'own matrix'],
    ['γ', gamma],
    ['λ', lambda],
    ['τ₀', tau0],
    ...(arch.activation === 'shapedRelu'
      ? [['c₊, c₋', `${cPlus}, ${cMinus}`.replaceAll('-', '−')] as const]
      : []),
    ...gainFacts(arch),
  ];
}

/** What the trained network is, and how it was trained. */
export function trainingFacts(config: Config): Fact[] {
  const { objective, steps, batch, optimizer, learningRate, schedule } = config.train;
  return [
    ...architectureFacts(architectureOf(trainedModel(config))),
    ['objective', objective],
    ['steps × sequences', `${steps} × ${batch}`],
    ['optimiser, peak rate', `${optimizer}, ${formatNumber(learningRate)} (${schedule})`],
  ];
}
