import type { Architecture } from '@shaped/sde';
import type { BackendName } from '../backend/index.js';
import { sliceCount } from './slices/slice-count.js';

/** What the memory of a training depends on. */
export interface TrainingSize {
  arch: Architecture;
  /** Number of token ids. */
  vocabulary: number;
  /** Whether there is a position embedding. */
  positions: boolean;
  /** Sequences whose gradient is taken at once. */
  batch: number;
  /** Parts that make a batch. Defaults to 1. */
  accumulate?: number;
  /** Tensors that the optimiser keeps of each weight. Defaults to the 2 of Adam. */
  slots?: number;
  /** Whether the readout is the token embedding again. Defaults to false. */
  tiedEmbeddings?: boolean;
  /** Gains of a head of shaped attention. Defaults to the 2 of identity and centring. */
  gains?: number;
  /** Whether dropout has masks. Defaults to false. */
  dropout?: boolean;
}

/** Where the bytes are at the peak of a step. */
export interface TrainingMemory {
  /** Of weights, gradients and what the optimiser keeps, and during the update of what replaces them. */
  weights: number;
  /** Of what the backward pass needs of the blocks, and the gradients of it. */
  blocks: number;
  /** The same of embedding, final norm, readout and loss. */
  ends: number;
  /** Their sum. */
  total: number;
}

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * Tensors of shape [B, T, D] that a block leaves until the backward pass ends, gradients included,
 * fitted to the bytes counted on wasm (docs/decisions/gradient-checkpointing.md).
 */
const BLOCK_TENSORS: Readonly<Record<Architecture['block'], number>> = {
  shaped: 44,
  unshaped: 44,
  preLN: 56,
  postLN: 54,
  depthScaled: 42,
};

/**
 * What shaped attention adds: few columns and fewer matrices where it makes one matrix of softmax and
 * shaping, which it does without dropout up to a few keys a column of a head; else the mixed values
 * with their gradients.
 */
const SHAPING = {
  matrix: { columns: 1, squares: -1.6 },
  values: { columns: 11, squares: 0 },
  mostKeysByWidth: 4,
};

/** Those of them that belong to queries and keys, which have H·K columns instead of D. */
const QUERY_KEY_TENSORS = 14;

/** More of them with a projection after the heads. */
const PROJECTION_TENSORS = 6;

/** Tensors of shape [B, H, T, T] of a block: logits and softmax with their gradients. */
const ATTENTION_TENSORS = 5;

/** Of a block that is computed again, its input and the gradient of its output. */
const CHECKPOINT_TENSORS = 2.2;

/** Tensors [B, T, D] of embedding, final norm and readout, and [B, T, vocabulary] of the loss. */
const END_TENSORS = 11.5;
const LOGIT_TENSORS = 6.3;

/** Copies of a weight while it is replaced. */
const UPDATE_TENSORS = 12;

/** What dropout adds to a block: masks, what they multiply, and the gradients of it. */
const DROPOUT = { columns: 6, squares: 3 };

/** Those of them that are drawn before the step, for all blocks at once. */
const MASKS = { columns: 2, squares: 1 };

/** The number of weights of the language model that `buildLanguageModel` makes. */
export function countWeights({
  arch,
  vocabulary,
  positions,
  tiedEmbeddings = false,
  gains = 2,
}: Omit<TrainingSize, 'batch'>): number {
  const { width, depth, heads, headWidth, tokens } = arch;
  const norm = { layer: 4 * width, rms: 2 * width, none: 0 }[arch.norm];
  const block =
    2 * width * heads * headWidth +
    (arch.outputProjection ? 4 : 3) * width ** 2 +
    (arch.attention === 'shaped' ? gains * heads : 0) +
    norm;
  const ends = (tiedEmbeddings ? 1 : 2) * vocabulary * width + width + vocabulary;
  return depth * block + ends + (positions ? tokens * width : 0);
}

/**
 * The bytes of the tensors at the peak of a training step.
 *
 * Two moments compete. At the end of the backward pass there are weights, gradients and the S slots
 * of the optimiser, (2 + S) P numbers (P more where a batch has parts), and what every block left; in
 * the update (3 + 2 S) P, and a dozen tensors of the size of the largest weight. A block leaves
 * `c B T D + 5 B H T²` numbers; with checkpointing one block at a time does, and each keeps its input
 * and the gradient of its output.
 *
 * Holds for steps that run op by op, as all do on wasm and cpu and the first ones do on TensorFlow.
 *
 * @param checkpointing whether the blocks are computed again in the backward pass
 */
export function trainingMemory(size: TrainingSize, checkpointing: boolean): TrainingMemory {
  const { arch, vocabulary, slots = 2, accumulate = 1 } = size;
  const { width: D, heads: H, headWidth: K } = arch;
  const { blocks, ends } = activationMemory(size, checkpointing);
  const count = BYTES * countWeights(size);
  const largest = BYTES * Math.max(vocabulary * D, D * D, D * H * K);
  const weights = (2 + slots + (accumulate > 1 ? 1 : 0)) * count;
  const backward = weights + blocks + ends;
  const update = (3 + 2 * slots) * count + UPDATE_TENSORS * largest;
  if (update > backward) return { weights: update, blocks: 0, ends: 0, total: update };
  return { weights, blocks, ends, total: backward };
}

/** What the blocks leave until the backward pass ends, and the rest of the network. */
export function activationMemory(
  { arch, vocabulary, batch, dropout = false }: TrainingSize,
  checkpointing: boolean,
): Pick<TrainingMemory, 'blocks' | 'ends'> {
  const { tokens: T, width: D, depth: L, heads: H, headWidth: K } = arch;
  const bytesOf = (columns: number, squares: number) =>
    BYTES * batch * T * (columns + squares * H * T);
  const isOneMatrix = !dropout && T <= (SHAPING.mostKeysByWidth * D) / H;
  const shaping =
    arch.attention === 'shaped'
      ? SHAPING[isOneMatrix ? 'matrix' : 'values']
      : { columns: 0, squares: 0 };
  const squares = ATTENTION_TENSORS + shaping.squares + (dropout ? DROPOUT.squares : 0);
  const columns =
    (BLOCK_TENSORS[arch.block] + shaping.columns + (dropout ? DROPOUT.columns : 0)) * D +
    QUERY_KEY_TENSORS * (H * K - D) +
    (arch.outputProjection ? PROJECTION_TENSORS * D : 0);
  const block = bytesOf(columns, squares);
  const kept =
    bytesOf(CHECKPOINT_TENSORS * D, 0) + (dropout ? bytesOf(MASKS.columns * D, MASKS.squares) : 0);
  const blocks = checkpointing ? block + L * kept : L * block;
  const ends = bytesOf(END_TENSORS * D + LOGIT_TENSORS * vocabulary, 0);
  return { blocks, ends };
}

/** What a backend adds to the bytes of the tensors, fitted as above. */
const OVERHEADS: Readonly<
  Record<BackendName, { factor: number; fixed: number; perBlock: number }>
> = {
  // The heap has gaps, and never shrinks.
  wasm: { factor: 1.2, fixed: 0, perBlock: 0 },
  // TensorFlow itself, and the graph of a step.
  tensorflow: { factor: 1.15, fixed: 80e6, perBlock: 6e6 },
  cpu: { factor: 1.2, fixed: 0, perBlock: 0 },
};

/** A batch is cut into slices: what a training has in memory is that of one of them. */
export function sliceAtOnce(size: TrainingSize, backend: BackendName): TrainingSize {
  const { arch, batch, accumulate = 1 } = size;
  // Slices are recorded one after the other, and the graph, which runs them together, keeps less of
  // each.
  if (backend === 'tensorflow') return { ...size, batch: batch / 2 };
  const { tokens, width } = arch;
  const slices = sliceCount({ sequences: batch, tokens, width }, backend);
  if (slices === 1) return size;
  // Their gradients are added up as those of parts are.
  return { ...size, batch: Math.ceil(batch / slices), accumulate: Math.max(2, accumulate) };
}

/**
 * The bytes that a training takes at its peak: of the heap on wasm, of the process on the other
 * backends, beyond what it has before.
 */
export function estimateMemory(
  size: TrainingSize,
  backend: BackendName,
  checkpointing: boolean,
): number {
  const { factor, fixed, perBlock } = OVERHEADS[backend];
  const { total } = trainingMemory(sliceAtOnce(size, backend), checkpointing);
  return factor * total + fixed + perBlock * size.arch.depth;
}

/** V8, tfjs and the program of the wasm backend, once more. */
const THREAD_BYTES = 60e6;

/** The bytes that another thread adds which computes slices on wasm, and what is shared with it. */
export function threadMemory(size: TrainingSize, checkpointing: boolean): number {
  const { blocks, ends } = activationMemory(sliceAtOnce(size, 'wasm'), checkpointing);
  const count = BYTES * countWeights(size);
  // Weights and gradient in its heap; both again in shared memory.
  return OVERHEADS.wasm.factor * (2 * count + blocks + ends) + 2 * count + THREAD_BYTES;
}
