import { type layers, type LayerVariable, SymbolicTensor } from '@tensorflow/tfjs-layers';

type Layer = InstanceType<typeof layers.Layer>;

/**
 * Builds a layer inside another one, as if applied to an input of this shape: its weights are named
 * `<outer>/<name of the layer>/<weight>`, so that two layers of one class do not collide in a file.
 *
 * tfjs-layers exports no name scope; applying a layer to a symbolic tensor opens one.
 */
export function buildChild(layer: Layer, inputShape: (number | null)[]): void {
  const source = null as unknown as Layer;
  layer.apply(new SymbolicTensor('float32', inputShape, source, [], {}));
}

/**
 * The weights of inner layers, in their order: the trainable and the others apart, as the outer layer
 * takes them over. It then lists, freezes, saves, sets and disposes them like weights of its own.
 */
export function childWeights(children: readonly Layer[]): {
  trainable: LayerVariable[];
  nonTrainable: LayerVariable[];
} {
  return {
    trainable: children.flatMap((child) => child.trainableWeights),
    nonTrainable: children.flatMap((child) => child.nonTrainableWeights),
  };
}
