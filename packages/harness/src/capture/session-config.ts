import { availableParallelism } from 'node:os';
import { create, toBinary } from '@bufbuild/protobuf';
import { ConfigProtoSchema } from './generated/session_config_pb.js';

/**
 * The configuration of a session that computes so many independent parts at the same time, the
 * cores divided among them: a serialised ConfigProto.
 */
export function sessionConfig(parts: number, cores = availableParallelism()): Uint8Array {
  const config = create(ConfigProtoSchema, {
    intraOpParallelismThreads: Math.max(1, Math.floor(cores / parts)),
    interOpParallelismThreads: parts,
    usePerSessionThreads: true,
  });
  return toBinary(ConfigProtoSchema, config);
}
