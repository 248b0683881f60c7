import type { AttentionMask } from '@shaped/sde';
import type { AdviceRecord, Examination } from './advice-record.js';
import type { Goal } from './goal.js';
import { judge } from './judge.js';
import type { Estimate } from './token-effect.js';

const rhoText = ({ value, standardError }: Estimate) =>
  `median ρ ${value.toFixed(3)} ± ${standardError.toFixed(3)}`.replaceAll('-', '−');

const riskText = ({ value, standardError }: Estimate) =>
  `failures ${(100 * value).toFixed(1)} ± ${(100 * standardError).toFixed(1)} %`;

/** What must be said of an examination: the tokens left out, and what they may change. */
export function examinationNotes({ tokens }: Examination, mask: AttentionMask): string[] {
  if (tokens === null) return [];
  const { asked, simulated, halved, rhoHalved, riskHalved, rho, risk } = tokens;
  return [
    `  Tokens: ${simulated} of ${asked} simulated${mask === 'causal' ? ', the first ones, which do not see the others' : ''}.`,
    `    With ${halved} of them: ${rhoText(rhoHalved)}, ${riskText(riskHalved)}.`,
    `    So expected with ${asked}: ${rhoText(rho)}, ${riskText(risk)}; the verdict counts it.`,
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
    ...(asIs.noSde === undefined
      ? []
      : ['  SDE: none, it exists for shaped blocks only, with gains of 1.']),
  ];
}

/**
 * A warning where the finite network is healthy and its SDE is shown not to be: such advice holds at this width
 * alone.
 */
export function widthNote({ judgement, sde }: Examination, goal: Goal, width: number): string[] {
  if (judgement !== 'healthy' || sde === null || judge(sde, goal) !== 'unhealthy') return [];
  return [
    `  This holds at width ${width}, where the softmax can saturate. The SDE, the limit of infinite`,
    '    width at the same depth/width, is not healthy there: ask again before you widen the network.',
  ];
}
