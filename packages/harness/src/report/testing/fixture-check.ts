import { keyFromSeed, Stream } from '@shaped/random';
import type { CheckRecord } from '../../check/check-files.js';
import { judge, type Measurement } from '../../check/finding.js';
import { ONE_STEP_STAGES } from '../../check/one-step.js';
import type { ResidualProfile } from '../../check/residual-tests.js';
import { STEP_QUANTITIES } from '../../check/step-quantities.js';

/** Findings with each verdict, residuals without an error but for one stage, and a shrinking gap. */
export function fixtureCheck(depth: number): { record: CheckRecord; profiles: ResidualProfile[] } {
  const stream = new Stream(keyFromSeed(3), 0);
  const measurement = (
    quantity: string,
    effect: number,
    pValue: number,
    detectable: number,
  ): Measurement => ({
    comparison: 'network against exact chain',
    quantity,
    test: 'mean rank among one-step draws',
    effect,
    unit: 'sd of a step',
    standardError: 0.0123,
    pValue,
    detectable,
    resolution: 0.1,
    tolerance: 0,
  });
  const findings = [
    ...judge(
      [
        measurement('mixing: drift of norm', 0.00731, 0.43, 0.062),
        measurement('mixing: drift of correlation', -0.2345, 1e-12, 0.062),
        measurement('mixing: drift of spread', 0.0411, 0.21, 0.31),
      ],
      0.01,
    ),
    ...judge(
      [
        {
          ...measurement('mean token correlation: gap left as n → ∞', 0.0191, 0.6, 0.11),
          comparison: 'exact chain against SDE',
          unit: 'sd of the SDE',
        },
      ],
      0.01,
    ),
  ];
  const profiles = ONE_STEP_STAGES.flatMap((stage) =>
    STEP_QUANTITIES.flatMap((quantity) =>
      Array.from({ length: depth }, (_, layer): ResidualProfile => ({
        stage,
        quantity,
        layer: layer + 1,
        drift: 0.1 * stream.normal() - (stage === 'mixing' && quantity === 'correlation' ? 0.3 : 0),
        driftStandardError: 0.1,
        diffusion: 0.2 * stream.normal(),
        diffusionStandardError: 0.2,
      })),
    ),
  );
  const gaps = (['correlationMean', 'logNormMean', 'effectiveRank'] as const).flatMap((metric, i) =>
    [64, 128, 256].map((width) => ({
      width,
      metric,
      gap: ((-1) ** i * 20) / width,
      standardError: 0.03,
      ks: 8 / width,
      ksNoise: 0.043,
    })),
  );
  return {
    record: {
      verdict: 'FAIL',
      alpha: 0.01,
      negativeControl: 'none',
      comparisons: {
        'network against exact chain': 'FAIL',
        'exact chain against SDE': 'PASS',
      },
      findings,
      gaps,
    },
    profiles,
  };
}
