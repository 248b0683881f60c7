import { z } from 'zod';
import { MAP_PARAMETER_NAMES, parseMapAxis } from './map-axis.js';

/** An axis of a phase diagram, as text. */
const mapAxisText = () =>
  z.string().superRefine((text, context) => {
    const axis = parseMapAxis(text);
    if ('expected' in axis) context.addIssue({ code: 'custom', message: axis.expected });
  });

/** The `map` section of a configuration; docs/decisions/phase-diagram.md says why these. */
export const mapSection = z
  .strictObject({
    x: mapAxisText()
      .default('gamma:0.1:1:40')
      .describe(
        `Horizontal axis as parameter:first:last:cells, with :log at the end for equal factors. Parameters: ${MAP_PARAMETER_NAMES.join(', ')}; ratio is depth/width.`,
      ),
    y: mapAxisText().default('tau0:0.2:2:40').describe('Vertical axis, likewise.'),
    theory: z
      .enum(['sde', 'chain'])
      .default('sde')
      .describe('The SDE, or the exact finite-width chain, which knows every block kind.'),
    paths: z.int().min(16).default(1024).describe('Paths a cell.'),
    steps: z
      .int()
      .positive()
      .optional()
      .describe(
        'Solver steps of the SDE, the same in every cell. Default: 80, doubled in a cell until its dt is short enough.',
      ),
    stopAt: z
      .number()
      .gt(1)
      .default(1000)
      .describe(
        'Stopping radius r: a path blows up when an entry of |V| exceeds it. The standard V0 has variances of 1.',
      ),
    start: z
      .enum(['standard', 'text'])
      .default('standard')
      .describe('V0: diagonal 1 and map.startRho elsewhere, or that of the text windows.'),
    startRho: z
      .number()
      .gt(-1)
      .lt(1)
      .optional()
      .describe('Off-diagonal of the standard V0. Default: 0.2.'),
    mostFailing: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.5)
      .describe('A cell is healthy where at most this share of its paths collapses or blows up.'),
  })
  .describe('The phase diagram over two parameters: where tokens collapse or blow up.');
