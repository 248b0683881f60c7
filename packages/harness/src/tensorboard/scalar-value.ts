import { floatTensor, type PluginValue } from './tensor-value.js';

/**
 * A number as TensorBoard stores it: float32.
 *
 * @throws RangeError naming tag and step when the number is not finite, or beyond float32 (3.4e38)
 */
export function scalarValue(tag: string, value: number, step: number): PluginValue {
  if (!Number.isFinite(Math.fround(value))) {
    throw new RangeError(
      `TensorBoardWriter.scalar: expected a finite float32 for "${tag}" at step ${step}, got ` +
        `${value}. TensorBoard would draw a gap; find out where it comes from, or log its logarithm.`,
    );
  }
  return { plugin: 'scalars', value: floatTensor(value) };
}
