import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractHeaders } from './extract-headers.js';
import { temporaryFolder } from './testing/fake-tools.js';
import { makeWheel, type WheelOptions } from './testing/make-wheel.js';
import { WheelArchive } from './wheel-archive.js';

const LIBRARY = 'tensorflow/libtensorflow_cc.so.2';
const CONTENT = 'machine code '.repeat(9_999);

function wheelOf(options: WheelOptions): WheelArchive {
  const path = join(temporaryFolder(), 'w.whl');
  writeFileSync(path, makeWheel(options));
  return WheelArchive.open(path);
}

describe('WheelArchive', () => {
  it('takes out a member byte by byte, and counts the bytes', async () => {
    const wheel = wheelOf({ files: { [LIBRARY]: CONTENT } });
    const target = join(temporaryFolder(), 'a', 'b.so');
    let bytes = 0;
    await wheel.extract(LIBRARY, target, { onBytes: (more) => (bytes += more) });
    expect(readFileSync(target, 'utf8')).toBe(CONTENT);
    expect([bytes, wheel.bytesOf(LIBRARY)]).toEqual([CONTENT.length, CONTENT.length]);
    expect(wheel.describe('METADATA')).toContain('Version: 2.21.0');
    expect([wheel.has(LIBRARY), wheel.has('none')]).toEqual([true, false]);
  });

  it('refuses a member whose hash is not that of RECORD', async () => {
    const wheel = wheelOf({
      files: { [LIBRARY]: CONTENT, 'a.h': 'x' },
      misstated: [LIBRARY, 'a.h'],
    });
    const target = join(temporaryFolder(), 'x');
    await expect(wheel.extract(LIBRARY, target)).rejects.toThrow(
      /libtensorflow_cc.* has the sha256/,
    );
    expect(() => wheel.read('a.h')).toThrow(/one whose a\.h has the sha256/);
  });

  it('refuses a member that is not there', () => {
    expect(() => wheelOf({}).read('tensorflow/x.h')).toThrow(/got one without tensorflow\/x\.h/);
  });

  it('says that the disk is full', async () => {
    const wheel = wheelOf({ files: { [LIBRARY]: CONTENT } });
    await expect(wheel.extract(LIBRARY, '/dev/full')).rejects.toThrow(
      /expected room for \/dev\/full, got a full disk\. Free space/,
    );
  });
});

describe('extractHeaders', () => {
  it('follows the includes, from the root and from beside a header', () => {
    const wheel = wheelOf({
      files: {
        'tensorflow/include/tensorflow/c/c_api.h':
          '#include "tensorflow/c/status.h"\n#include <stdio.h>',
        'tensorflow/include/tensorflow/c/status.h': '# include "macros.h"',
        'tensorflow/include/tensorflow/c/macros.h': '#include "tensorflow/c/c_api.h"',
        'tensorflow/include/tensorflow/c/other.h': '',
      },
    });
    const names = extractHeaders(wheel, ['#include "tensorflow/c/c_api.h"'], temporaryFolder());
    expect(names.map((name) => name.split('/').pop())).toEqual(['c_api.h', 'status.h', 'macros.h']);
  });

  it('refuses a wheel without them', () => {
    expect(() => extractHeaders(wheelOf({}), ['#include "tensorflow/c/c_api.h"'], '/x')).toThrow(
      /expected the headers of TensorFlow's C interface/,
    );
  });
});
