import type { BlockKind } from '@shaped/sde';
import type { ResidualProfile } from '../../check/residual-tests.js';
import { QUANTITY_TEXT, STAGE_TEXT } from '../../check/step-quantities.js';
import type { FigureSpec } from './figure.js';
import { BLOCK_COLOURS, MUTED } from './palette.js';
import { LAYER_AXIS } from './theme.js';

export interface ResidualData {
  block: BlockKind;
  profiles: readonly ResidualProfile[];
}

/** Plot area of one panel, pixels. */
const PANEL = { width: 290, height: 82 } as const;
const STANDARD_ERRORS = 2;
/** More intervals than this in a panel run into each other. */
const MOST_INTERVALS = 50;

interface Row {
  stage: string;
  quantity: string;
  layer: number;
  value: number;
  low: number;
  high: number;
}

/** Averages runs of neighbouring layers so that at most `MOST_INTERVALS` are left. */
function pooled(rows: readonly { layer: number; value: number; error: number }[]) {
  const run = Math.ceil(rows.length / MOST_INTERVALS);
  return Array.from({ length: Math.ceil(rows.length / run) }, (_, i) => {
    const own = rows.slice(i * run, (i + 1) * run);
    const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
    return {
      layer: mean(own.map(({ layer }) => layer)),
      value: mean(own.map(({ value }) => value)),
      error: Math.hypot(...own.map(({ error }) => error)) / own.length,
    };
  });
}

/**
 * One-step residuals of the network against the theory, layer by layer, with two standard errors: a
 * row a stage of the layer, a column a quantity. Undefined when there are none.
 */
export function oneStepResiduals(
  part: 'drift' | 'diffusion',
  { block, profiles }: ResidualData,
): FigureSpec | undefined {
  const error = part === 'drift' ? 'driftStandardError' : 'diffusionStandardError';
  const stages = [...new Set(profiles.map(({ stage }) => stage))];
  const quantities = [...new Set(profiles.map(({ quantity }) => quantity))];
  const rows = stages.flatMap((stage) =>
    quantities.flatMap((quantity): Row[] =>
      pooled(
        profiles
          .filter((own) => own.stage === stage && own.quantity === quantity)
          .map((own) => ({ layer: own.layer, value: own[part], error: own[error] }))
          .filter((own) => Number.isFinite(own.value) && Number.isFinite(own.error)),
      ).map(({ layer, value, error: own }) => ({
        stage: stage === 'layer' ? 'layer (SDE)' : stage,
        quantity,
        layer,
        value,
        low: value - STANDARD_ERRORS * own,
        high: value + STANDARD_ERRORS * own,
      })),
    ),
  );
  if (rows.length === 0) return undefined;
  const outside = rows.filter(({ low, high }) => low > 0 || high < 0).length;
  const title =
    part === 'drift' ? 'One-step residuals of the drift' : 'One-step residuals of the diffusion';
  const unit = part === 'drift' ? 'residual (sd of a step)' : 'residual (ln variance ratio)';
  return {
    name: `residual-${part}`,
    title,
    caption: `${
      part === 'drift'
        ? 'Measured change of one step minus the mean of draws of the theory from the same V, in standard deviations of a step'
        : 'Logarithm of measured over predicted variance of one step from the same V'
    }, mean over networks ± ${STANDARD_ERRORS} standard errors. Rows: ${stages.map((stage) => `${stage}: ${STAGE_TEXT[stage]}`).join('; ')}. Columns: ${quantities.map((own) => `${own}: ${QUANTITY_TEXT[own]}`).join('; ')}. ${outside} of ${rows.length} intervals leave out zero (about 5 % do by chance alone).`,
    formula: 'Δ_ab = (V′_ab − V_ab)/√(V_aa V_bb)',
    wide: true,
    spec: {
      title,
      data: { values: rows },
      facet: {
        row: {
          field: 'stage',
          type: 'nominal',
          sort: stages.map((stage) => (stage === 'layer' ? 'layer (SDE)' : stage)),
          title: unit,
        },
        column: { field: 'quantity', type: 'nominal', sort: quantities, title: null },
      },
      spec: {
        ...PANEL,
        layer: [
          { mark: { type: 'rule', color: MUTED }, encoding: { y: { datum: 0 } } },
          {
            mark: { type: 'rule', color: BLOCK_COLOURS[block], opacity: 0.45 },
            encoding: {
              x: LAYER_AXIS,
              y: { field: 'low', type: 'quantitative', title: null, axis: { tickCount: 3 } },
              y2: { field: 'high' },
            },
          },
          {
            mark: { type: 'point', filled: true, size: 9, opacity: 1, color: BLOCK_COLOURS[block] },
            encoding: { x: LAYER_AXIS, y: { field: 'value', type: 'quantitative' } },
          },
        ],
      },
    },
  };
}
