import type { layers, LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { nearest } from '../config/nearest.js';
import type { Skipped } from './skipped.js';

type Layer = layers.Layer;

/** A layer whose tensors are read. */
export interface LayerTap {
  layer: Layer;
  /** Place in `model.layers`. */
  index: number;
  /** The output whose tokens are measured; undefined when only attention is. */
  tokens?: SymbolicTensor;
  /** The input to run the layer's `tap` on; undefined without attention. */
  attentionInput?: SymbolicTensor;
}

export interface TapPlan {
  taps: LayerTap[];
  skipped: Skipped[];
}

export interface TapPlanOptions {
  /** Names of the layers to measure. Defaults to all. */
  layers?: readonly string[];
  /** Whether outputs of another rank than 3 are wanted: something will turn them into tokens. */
  anyRank?: boolean;
}

/**
 * Which tensors of a model are measured, and which layers are left out and why.
 *
 * @throws RangeError when a named layer is not in the model
 * @throws Error when the model has a stateful layer, whose state a forward pass would change
 */
export function planTaps(model: LayersModel, options: TapPlanOptions = {}): TapPlan {
  const plan: TapPlan = { taps: [], skipped: [] };
  const nodes = nodesOf(model);
  const isMasked = model.layers.some(emitsMask);
  checkNames(model, options.layers);
  for (const [index, layer] of model.layers.entries()) {
    if (isStateful(layer)) {
      throw new Error(
        `PropagationMetrics: expected layers without state, got the stateful "${layer.name}". A forward pass would change its state and so the training: set stateful to false.`,
      );
    }
    if (options.layers !== undefined && !options.layers.includes(layer.name)) continue;
    const skip = (part: Skipped['part'], reason: string) =>
      plan.skipped.push({ layer: layer.name, index, part, reason });
    const tap: LayerTap = { layer, index };
    const uses = nodes.get(layer) ?? [];

    const inner = (layer as Partial<LayersModel>).layers;
    if (inner !== undefined) {
      skip(
        'inner layers',
        `a nested model: it is measured as one layer, the ${inner.length} inside it are not.`,
      );
    }
    const tokens = tokensOf(layer, uses, options.anyRank ?? false);
    if (typeof tokens === 'string') skip('tokens', tokens);
    else tap.tokens = tokens;
    if (hasTap(layer)) {
      const input = attentionInputOf(layer, uses, isMasked);
      if (typeof input === 'string') skip('attention', input);
      else tap.attentionInput = input;
    }
    if (tap.tokens ?? tap.attentionInput) plan.taps.push(tap);
  }
  return plan;
}

/** A layer that gives its intermediate tensors, such as `ShapedAttention`. */
export function hasTap(layer: Layer): layer is Layer & { tap: (x: unknown) => unknown } {
  return typeof (layer as { tap?: unknown }).tap === 'function';
}

/** The node indices of each layer inside this model: a layer may be used elsewhere as well. */
function nodesOf(model: LayersModel): Map<Layer, number[]> {
  const nodes = new Map<Layer, number[]>();
  const queue: SymbolicTensor[] = [...model.outputs];
  for (let tensor = queue.pop(); tensor !== undefined; tensor = queue.pop()) {
    const { sourceLayer, nodeIndex } = tensor;
    const seen = nodes.get(sourceLayer) ?? [];
    if (seen.includes(nodeIndex)) continue;
    nodes.set(sourceLayer, [...seen, nodeIndex]);
    queue.push(...sourceLayer.inboundNodes[nodeIndex].inputTensors);
  }
  return nodes;
}

/** The symbolic output to measure, or why there is none. */
function tokensOf(layer: Layer, uses: number[], anyRank: boolean): SymbolicTensor | string {
  if (uses.length !== 1) return sharedReason(uses.length);
  const outputs = [layer.getOutputAt(uses[0])].flat();
  if (outputs.length !== 1) return `it has ${outputs.length} outputs; tap a layer that uses one.`;
  const [output] = outputs;
  const shape = `[${output.shape.map((size) => size ?? 'null').join(', ')}]`;
  if (output.dtype !== 'float32') return `its output is ${output.dtype}, not float32 tokens.`;
  if (anyRank) return output;
  if (output.shape.length !== 3) {
    return `its output ${shape} is not [batch, tokens, width]; give toTokens to reshape it.`;
  }
  if (output.shape[1] === 1) return `its output ${shape} has one token: nothing to correlate.`;
  return output;
}

/** The symbolic input to tap, or why there is none. */
function attentionInputOf(layer: Layer, uses: number[], masked: boolean): SymbolicTensor | string {
  if (uses.length !== 1) return sharedReason(uses.length);
  const inputs = [layer.getInputAt(uses[0])].flat();
  if (inputs.length !== 1) {
    return `it attends from one of ${inputs.length} inputs to another; only self-attention is measured.`;
  }
  if (masked) return 'the model passes a padding mask on, which tap would not see.';
  return inputs[0];
}

function sharedReason(uses: number): string {
  return `it is used ${uses} times in the model, so its name does not tell which output is meant.`;
}

function emitsMask(layer: Layer): boolean {
  const { maskZero, layers: inner } = layer as { maskZero?: boolean } & Partial<LayersModel>;
  return (
    layer.getClassName() === 'Masking' || maskZero === true || (inner?.some(emitsMask) ?? false)
  );
}

function isStateful(layer: Layer): boolean {
  return layer.stateful || ((layer as Partial<LayersModel>).layers?.some(isStateful) ?? false);
}

function checkNames(model: LayersModel, names: readonly string[] | undefined): void {
  const known = model.layers.map((layer) => layer.name);
  for (const name of names ?? []) {
    if (known.includes(name)) continue;
    const close = nearest(name, known);
    throw new RangeError(
      `PropagationMetrics: expected layers of the model, got "${name}". ${close === undefined ? `It has ${known.join(', ')}.` : `Did you mean "${close}"?`}`,
    );
  }
}
