import { availableParallelism } from 'node:os';
import { create, toBinary } from '@bufbuild/protobuf';
import { ConfigProtoSchema, Toggle } from './generated/session_config_pb.js';

/**
 * The configuration of a session that computes so many independent parts at the same time, the
 * cores divided among them: a serialised ConfigProto. With one part the threads are TensorFlow's
 * choice.
 *
 * Products are not fused with what follows them: in a graph without gradients, where TensorFlow would
 * do it, the fused operations take thirty times as long.
 */
export function sessionConfig(parts: number, cores = availableParallelism()): Uint8Array {
  const threads = {
    intraOpParallelismThreads: Math.max(1, Math.floor(cores / parts)),
    interOpParallelismThreads: parts,
    usePerSessionThreads: true,
  };
  const config = create(ConfigProtoSchema, {
    ...(parts > 1 ? threads : {}),
    graphOptions: { rewriteOptions: { remapping: Toggle.OFF } },
  });
  return toBinary(ConfigProtoSchema, config);
}
