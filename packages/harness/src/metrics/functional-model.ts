import { Sequential, type LayersModel } from '@tensorflow/tfjs-layers';

/**
 * The functional model that runs: the one a Sequential wraps and `model.fit` hands to callbacks, or
 * the model itself. The one a Sequential wraps has the input layer as `layers[0]`.
 */
export function functionalModel(model: LayersModel): LayersModel {
  if (!(model instanceof Sequential)) return model;
  const wrapper = model as unknown as { model?: LayersModel | null };
  if (wrapper.model == null) model.build();
  return wrapper.model ?? model;
}
