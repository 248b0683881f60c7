import type { AttentionMask } from '@shaped/sde';
import type { AdviceRecord, Examination } from './advice-record.js';
import type { Goal } from './goal.js';
import { judge } from './judge.js';
import type { Change } from './token-effect.js';

const signed = (x: number, digits: number) => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(digits)}`;

const rhoChange = ({ change, standardError }: Change) =>
  `${signed(change, 3)} ± ${standardError.toFixed(3)}`;

const riskChange = ({ change, standardError }: Change) =>
  `${signed(100 * change, 1)} ± ${(100 * standardError).toFixed(1)} %`;

/** What must be said of an examination: tokens left out, and why there is no SDE. */
export function examinationNotes({ tokens }: Examination, mask: AttentionMask): string[] {
  if (tokens === null) return [];
  const { asked, simulated, halved, rho, risk, factor } = tokens;
  return [
    `  Tokens: ${simulated} of ${asked} simulated${mask === 'causal' ? ', the first ones, which do not see the others' : ''}.`,
    `    From ${halved} to ${simulated} tokens: median ρ ${rhoChange(rho)}, failures ${riskChange(risk)};`,
    `    the rest is expected to move them by ${factor.toFixed(1)} times that; a rise counts against the network.`,
  ];
}

/** What must be said of all of it: what stands in for the network. */
export function recordNotes({ layerNormApproximated, asIs }: AdviceRecord): string[] {
  return [
    ...(layerNormApproximated
      ? [
          '  LayerNorm has no exact chain: RMS norm stands in for it here, an approximation that leaves out',
          '    the subtraction of the mean over features.',
        ]
      : []),
    ...(asIs.noSde === undefined ? [] : ['  SDE: none, it exists for shaped blocks only.']),
  ];
}

/**
 * A warning where the finite network is healthy and its SDE is not: such advice holds at this width
 * alone.
 */
export function widthNote({ judgement, sde }: Examination, goal: Goal, width: number): string[] {
  if (judgement !== 'healthy' || sde === null || judge(sde, goal) === 'healthy') return [];
  return [
    `  This holds at width ${width}, where the softmax saturates. The SDE, the limit of infinite width at`,
    '    the same depth/width, is not healthy there: ask again before you make the network wider.',
  ];
}
