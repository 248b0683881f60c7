import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { ConfigProtoSchema } from './generated/session_config_pb.js';
import { sessionConfig } from './session-config.js';

describe('sessionConfig', () => {
  it.each([
    [2, 2, 1],
    [2, 8, 4],
    [4, 6, 1],
    [4, 2, 1],
  ])('divides the cores: %i parts on %i cores have %i threads each', (parts, cores, threads) => {
    expect(fromBinary(ConfigProtoSchema, sessionConfig(parts, cores))).toMatchObject({
      interOpParallelismThreads: parts,
      intraOpParallelismThreads: threads,
      usePerSessionThreads: true,
    });
  });

  it('is written as TensorFlow reads it', () => {
    const withoutFusion = [0x52, 4, 0x52, 2, 0x70, 2];
    expect([...sessionConfig(1, 2)]).toEqual(withoutFusion);
    expect([...sessionConfig(2, 2)]).toEqual([0x10, 1, 0x28, 2, 0x48, 1, ...withoutFusion]);
  });
});
