import type { Architecture } from './architecture.js';
import type { SdeModel } from './sde-model.js';

/** Models as this package made them; a changed copy of one is none. */
const described = new WeakSet<SdeModel>();

/** Remembers that a model is what its architecture says, and returns it. */
export function describe<Model extends SdeModel>(model: Model): Model {
  described.add(model);
  return model;
}

/**
 * The architecture that says all of a model, so that it can be made again elsewhere; undefined when
 * the model was not made by this package, or is a copy, whose functions may be others.
 */
export function describedBy(model: SdeModel): Architecture | undefined {
  return described.has(model) ? model.architecture : undefined;
}
