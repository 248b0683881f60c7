import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/small-training.js';
import type { NamedTensors } from './named-tensors.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import golden from './testing/golden/safetensors.json' with { type: 'json' };

const tensors: NamedTensors = new Map([
  ['readout/bias', { shape: [3], data: Float32Array.of(1, -0.5, 3.4e38) }],
  ['gain', { shape: [], data: Float32Array.of(2 ** -149) }],
  ['layer_0/query/kernel', { shape: [2, 2], data: Float32Array.of(0, 7, 1 / 3, -1e-20) }],
  ['nothing', { shape: [0, 4], data: new Float32Array(0) }],
  ['größe', { shape: [1, 1, 1], data: Float32Array.of(Math.PI) }],
]);

/** Parses the file by the format's description, with Python's own library beside it if it is there. */
const READER = `
import array, json, struct, sys
data = open(sys.argv[1], 'rb').read()
(length,) = struct.unpack('<Q', data[:8])
header = json.loads(data[8:8 + length])
assert (8 + length) % 8 == 0
out = {}
for name, entry in header.items():
    if name == '__metadata__':
        continue
    begin, end = entry['data_offsets']
    values = array.array('f')
    values.frombytes(data[8 + length + begin:8 + length + end])
    assert entry['dtype'] == 'F32'
    out[name] = [entry['shape'], values.tolist()]
try:
    from safetensors.numpy import load
    for name, value in load(data).items():
        assert [list(value.shape), value.ravel().tolist()] == out[name], name
except ImportError:
    pass
print(json.dumps([header['__metadata__'], out]))
`;

const plain = (map: NamedTensors) =>
  Object.fromEntries([...map].map(([name, { shape, data }]) => [name, [shape, Array.from(data)]]));

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('encodeSafetensors', () => {
  it('is undone by decodeSafetensors, bit by bit', () => {
    expect(decodeSafetensors(encodeSafetensors(tensors, { step: '7' }))).toEqual(tensors);
    const signed = new Map([['zeros', { shape: [2], data: Float32Array.of(0, -0) }]]);
    const { data } = decodeSafetensors(encodeSafetensors(signed)).get('zeros')!;
    expect(Object.is(data[0], 0) && Object.is(data[1], -0)).toBe(true);
  });

  it.skipIf(!hasPython)('writes what Python reads', () => {
    const path = join(temporaryFolder(), 'file.safetensors');
    writeFileSync(path, encodeSafetensors(tensors, { step: '7' }));
    const { stdout, stderr } = spawnSync('python3', ['-c', READER, path], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify([{ step: '7' }, plain(tensors)])));
  });

  it('refuses a shape that does not fit', () => {
    const wrong = new Map([['w', { shape: [2, 2], data: new Float32Array(3) }]]);
    expect(() => encodeSafetensors(wrong)).toThrow(
      'encodeSafetensors: expected 4 values for w of shape [2, 2], got 3.',
    );
  });
});

describe('decodeSafetensors', () => {
  it('reads what the reference library wrote', () => {
    const read = decodeSafetensors(Buffer.from(golden.base64, 'base64'));
    expect(plain(read)).toEqual(golden.tensors);
  });

  const file = (header: unknown, data = Buffer.alloc(0)) => {
    const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text, data]);
  };
  const entry = (change: object) => ({
    w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...change },
  });

  it.each<[string, Buffer, RegExp]>([
    ['a few bytes', Buffer.alloc(3), /a header, got 3 bytes/],
    ['a header beyond the end', file(entry({})).subarray(0, 20), /within 20 bytes/],
    ['a header that is no JSON', file('{"w"'), /JSON, got other content/],
    ['a header that is a list', file([1]), /JSON, got other content/],
    ['an entry without offsets', file({ w: { dtype: 'F32', shape: [] } }), /JSON, got other/],
    ['another type', file(entry({ dtype: 'F16' }), Buffer.alloc(8)), /w in F32, got F16/],
    ['a gap', file(entry({ data_offsets: [8, 16] }), Buffer.alloc(16)), /bytes 0 to 8, got 8 to/],
    ['another size', file(entry({ shape: [3] }), Buffer.alloc(8)), /bytes 0 to 12, got 0 to 8/],
    ['no tensors but data', file({}, Buffer.alloc(4)), /expected 10 bytes, got 14/],
    ['a cut end', file(entry({}), Buffer.alloc(7)), /expected \d+ bytes, got/],
    ['more at the end', file(entry({}), Buffer.alloc(9)), /expected \d+ bytes, got/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });
});
