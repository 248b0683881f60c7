import type { layers, LayerVariable } from '@tensorflow/tfjs-layers';

/** The name of a weight within its layer, such as `query/kernel`. */
export function weightName(layer: layers.Layer, { originalName }: LayerVariable): string {
  const scope = `${layer.name}/`;
  return originalName.startsWith(scope) ? originalName.slice(scope.length) : originalName;
}
