import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../failure.js';
import { atomicWrite } from './atomic-write.js';
import { jsonLine, readJsonl, writeJsonl } from './jsonl.js';
import { readNpy, writeNpy } from './npy.js';

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'shaped-files-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('atomicWrite', () => {
  it('makes the folders above and replaces what was there', () => {
    atomicWrite(at('a/b/c.txt'), 'one');
    atomicWrite(at('a/b/c.txt'), Uint8Array.from([50]));
    expect(readFileSync(at('a/b/c.txt'), 'utf8')).toBe('2');
    expect(readdirSync(at('a/b'))).toEqual(['c.txt']);
  });

  it('leaves nothing half-written where the disk refuses', () => {
    writeFileSync(at('file'), 'kept');
    mkdirSync(at('folder'));
    expect(() => atomicWrite(at('file/below'), 'x')).toThrow(/Cannot write .*file\/below/);
    expect(() => atomicWrite(at('folder'), 'x')).toThrow(Failure);
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder']);
    expect(readFileSync(at('file'), 'utf8')).toBe('kept');
  });
});

describe('JSON Lines', () => {
  it('keeps every digit of every number', () => {
    const records = [
      { x: 0.1 + 0.2, y: 5e-324 },
      { x: -1.7976931348623157e308, text: 'ü\n' },
    ];
    writeJsonl(at('r.jsonl'), records);
    expect(readJsonl(at('r.jsonl'))).toEqual(records);
  });

  it('refuses numbers that JSON cannot hold, naming the key', () => {
    expect(() => jsonLine({ loss: NaN })).toThrow(/expected finite numbers, got NaN at 'loss'/);
    expect(() => jsonLine({ a: [1, Infinity] })).toThrow(/Infinity/);
  });

  it('leaves out a last line that a crash cut short, and refuses damage elsewhere', () => {
    writeFileSync(at('cut.jsonl'), '{"a":1}\n{"a":2}\n{"a"');
    expect(readJsonl(at('cut.jsonl'))).toEqual([{ a: 1 }, { a: 2 }]);
    writeFileSync(at('bad.jsonl'), '{"a":1}\n{"a"\n{"a":3}\n');
    expect(() => readJsonl(at('bad.jsonl'))).toThrow(/bad\.jsonl: line 2 is not JSON/);
    expect(() => readJsonl(at('none.jsonl'))).toThrow(/Cannot read .*none\.jsonl \(ENOENT\)/);
  });
});

describe('.npy files', () => {
  it.each([[[]], [[3]], [[2, 3]], [[2, 1, 2, 2]]])('come back with shape %j', (shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float64Array.from({ length: size }, (_, i) => Math.sqrt(i + 2) * (-1) ** i);
    writeNpy(at('x.npy'), { shape, data });
    expect(readNpy(at('x.npy'))).toEqual({ shape, data });
  });

  it('have the header of the format: 64-byte aligned, float64, C order', () => {
    writeNpy(at('x.npy'), { shape: [2], data: Float64Array.of(1, 2) });
    const bytes = readFileSync(at('x.npy'));
    expect(bytes.length).toBe(128 + 16);
    expect(bytes.toString('latin1', 0, 6)).toBe('\x93NUMPY');
    expect(bytes.readUInt16LE(8) + 10).toBe(128);
    expect(bytes.toString('latin1', 10, 127)).toMatch(
      /^\{'descr': '<f8', 'fortran_order': False, 'shape': \(2,\), \} *$/,
    );
    expect(bytes.readDoubleLE(128)).toBe(1);
  });

  it('are written from a view of a larger buffer too', () => {
    const all = Float64Array.of(0, 1, 2, 3);
    writeNpy(at('x.npy'), { shape: [2], data: all.subarray(1, 3) });
    expect([...readNpy(at('x.npy')).data]).toEqual([1, 2]);
  });

  it('are refused when truncated, of another kind, or when the shape does not fit', () => {
    writeNpy(at('x.npy'), { shape: [4], data: new Float64Array(4) });
    writeFileSync(at('short.npy'), readFileSync(at('x.npy')).subarray(0, 90));
    expect(() => readNpy(at('short.npy'))).toThrow(/a truncated file in .*short\.npy/);
    writeFileSync(at('text.npy'), 'not an array at all');
    expect(() => readNpy(at('text.npy'))).toThrow(/other content/);
    const single = readFileSync(at('x.npy'), 'latin1').replace('<f8', '<f4');
    writeFileSync(at('single.npy'), single, 'latin1');
    expect(() => readNpy(at('single.npy'))).toThrow(/another type or order/);
    expect(() => writeNpy(at('y.npy'), { shape: [3], data: new Float64Array(4) })).toThrow(
      /expected 3 values for shape \[3\], got 4/,
    );
  });
});
