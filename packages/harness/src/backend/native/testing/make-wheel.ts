import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';

const DEFLATED = 8;

/** What a test wheel is made of. */
export interface WheelOptions {
  name?: string;
  version?: string;
  tag?: string;
  files?: Record<string, string>;
  /** Lines of METADATA after name and version. */
  metadata?: string;
  /** Members whose line in RECORD states another hash. */
  misstated?: readonly string[];
}

/** The bytes of a wheel: a zip archive with METADATA, WHEEL and RECORD. */
export function makeWheel({
  name = 'tensorflow_cpu',
  version = '2.21.0',
  tag = 'cp312-cp312-manylinux_2_27_x86_64',
  files = {},
  metadata = '',
  misstated = [],
}: WheelOptions = {}): Buffer {
  const info = `${name}-${version}.dist-info`;
  const members: Record<string, string> = {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${metadata}`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nTag: ${tag}\n`,
  };
  const record = Object.entries(members).map(([path, content]) => {
    const stated = misstated.includes(path) ? `${content}, changed` : content;
    return `${path},sha256=${createHash('sha256').update(stated).digest('base64url')},${content.length}`;
  });
  return zip({ ...members, [`${info}/RECORD`]: `${record.join('\n')}\n${info}/RECORD,,\n` });
}

function zip(members: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const packed = deflateRawSync(content);
    const path = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(path.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(DEFLATED, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(Buffer.byteLength(content), 24);
    entry.writeUInt16LE(path.length, 28);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, path, packed);
    directory.push(entry, path);
    offset += local.length + path.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(members).length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}
