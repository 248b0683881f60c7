import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.js';
import { RecordFile } from './record-file.js';
import { temporaryFolder } from './testing/small-training.js';

describe('RecordFile', () => {
  it('has every record on the disk as soon as it is added, and begins anew', () => {
    const path = join(temporaryFolder(), 'new', 'records.jsonl');
    const first = new RecordFile<{ step: number }>(path);
    first.append({ step: 1 });
    first.append({ step: 2 });
    expect(readFileSync(path, 'utf8')).toBe('{"step":1}\n{"step":2}\n');
    first.close();
    first.close();
    expect(() => first.append({ step: 3 })).toThrow(/expected an open file/);
    new RecordFile(path).close();
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('refuses a number that is not finite and a path that cannot be written', () => {
    const folder = temporaryFolder();
    const file = new RecordFile<{ loss: number }>(join(folder, 'records.jsonl'));
    expect(() => file.append({ loss: NaN })).toThrow(Failure);
    expect(readFileSync(join(folder, 'records.jsonl'), 'utf8')).toBe('');
    file.close();
    writeFileSync(join(folder, 'taken'), '');
    expect(() => new RecordFile(join(folder, 'taken', 'records.jsonl'))).toThrow(Failure);
  });
});
