import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  openSync,
  readSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { Failure } from '../../failure.js';
import { makeDirectory } from '../../run/make-directory.js';

// The parts of the zip format that a wheel has: no encryption, no parts, below 4 GiB.
const END = { signature: 0x06054b50, bytes: 22, mostComment: 0xffff };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const STORED = 0;
const DEFLATED = 8;
const ZIP64 = 0xffffffff;

interface Member {
  name: string;
  method: number;
  packed: number;
  bytes: number;
  offset: number;
}

const broken = (path: string, what: string, cause?: unknown) =>
  new Failure(
    `WheelArchive: expected ${path} to be a wheel, got ${what}. Download it again.`,
    undefined,
    { cause },
  );

/**
 * A wheel, of which single members are taken out: a zip archive whose RECORD states the sha256 of
 * each. What is taken out is checked against it.
 */
export class WheelArchive {
  readonly #hashes = new Map<string, string>();

  private constructor(
    readonly path: string,
    private readonly file: number,
    private readonly members: Map<string, Member>,
  ) {}

  /**
   * Opens a wheel.
   *
   * @throws Failure when the file is none, or not whole
   */
  static open(path: string): WheelArchive {
    let file: number;
    try {
      file = openSync(path, 'r');
    } catch (cause) {
      throw broken(path, `${(cause as NodeJS.ErrnoException).code}`, cause);
    }
    try {
      const wheel = new WheelArchive(path, file, readDirectory(path, file));
      wheel.#readRecord();
      return wheel;
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  close(): void {
    closeSync(this.file);
  }

  /** The names of all members. */
  get names(): string[] {
    return [...this.members.keys()];
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  /** Bytes of a member once it is unpacked. */
  bytesOf(name: string): number {
    return this.#member(name).bytes;
  }

  /** The content of a small member. */
  read(name: string): Buffer {
    const content = this.#unpack(name);
    if (this.#hashes.has(name)) this.#verify(name, createHash('sha256').update(content));
    return content;
  }

  /** A file of the wheel's own description, as METADATA; empty where there is none. */
  describe(file: string): string {
    const name = this.names.find(
      (own) => /^[^/]+\.dist-info\/[^/]+$/.test(own) && own.endsWith(`/${file}`),
    );
    return name === undefined ? '' : this.read(name).toString('utf8');
  }

  /**
   * Writes a member to a file.
   *
   * @param onBytes called with the number of bytes that were written more
   * @throws Failure when its sha256 is not that of RECORD
   */
  async extract(
    name: string,
    target: string,
    { signal, onBytes }: { signal?: AbortSignal; onBytes?: (bytes: number) => void } = {},
  ): Promise<void> {
    const { method, packed, offset } = this.#member(name);
    const hash = createHash('sha256');
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        onBytes?.(chunk.length);
        done(null, chunk);
      },
    });
    makeDirectory(dirname(target));
    const start = this.#contentAt(offset);
    const source = createReadStream(this.path, { start, end: start + packed - 1 });
    const inflate = method === DEFLATED ? [createInflateRaw()] : [];
    try {
      await pipeline([source, ...inflate, counted, createWriteStream(target)], { signal });
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'ENOSPC') {
        throw new Failure(
          `WheelArchive: expected room for ${target}, got a full disk. Free space, or choose another folder with --cache.`,
          undefined,
          { cause },
        );
      }
      throw broken(this.path, `one whose ${name} does not unpack (${message})`, cause);
    }
    this.#verify(name, hash);
  }

  #member(name: string): Member {
    const member = this.members.get(name);
    if (member === undefined) throw broken(this.path, `one without ${name}`);
    return member;
  }

  #unpack(name: string): Buffer {
    const { method, packed, offset } = this.#member(name);
    const content = readAt(this.file, this.#contentAt(offset), packed);
    try {
      return method === DEFLATED ? inflateRawSync(content) : content;
    } catch (cause) {
      throw broken(this.path, `one whose ${name} does not unpack`, cause);
    }
  }

  #contentAt(offset: number): number {
    const local = readAt(this.file, offset, LOCAL.bytes);
    if (local.length < LOCAL.bytes || local.readUInt32LE(0) !== LOCAL.signature) {
      throw broken(this.path, 'a damaged archive');
    }
    return offset + LOCAL.bytes + local.readUInt16LE(26) + local.readUInt16LE(28);
  }

  #readRecord(): void {
    const record = this.describe('RECORD'); // which states no hash of itself
    if (record === '') throw broken(this.path, 'an archive without RECORD');
    for (const line of record.split('\n')) {
      const [, name, hash] = /^"?([^",]+)"?,sha256=([\w-]+),/.exec(line) ?? [];
      if (name !== undefined) this.#hashes.set(name, hash);
    }
  }

  #verify(name: string, hash: ReturnType<typeof createHash>): void {
    const expected = this.#hashes.get(name);
    const got = hash.digest('base64url');
    if (got === expected) return;
    throw broken(
      this.path,
      `one whose ${name} has the sha256 ${got}, not the ${expected ?? 'one'} of its RECORD`,
    );
  }
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, position));
}

/** The members, from the directory at the end of the archive. */
function readDirectory(path: string, file: number): Map<string, Member> {
  const { size } = fstatSync(file);
  const tailBytes = Math.min(size, END.bytes + END.mostComment);
  const tail = readAt(file, size - tailBytes, tailBytes);
  let end = tail.length - END.bytes;
  while (end >= 0 && tail.readUInt32LE(end) !== END.signature) end--;
  if (end < 0) throw broken(path, `${size} bytes that are no whole zip archive`);
  const directory = readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const members = new Map<string, Member>();
  for (let at = 0; at + ENTRY.bytes <= directory.length;) {
    if (directory.readUInt32LE(at) !== ENTRY.signature) throw broken(path, 'a damaged archive');
    const [packed, bytes, offset] = [20, 24, 42].map((field) => directory.readUInt32LE(at + field));
    const [nameBytes, extra, comment] = [28, 30, 32].map((field) =>
      directory.readUInt16LE(at + field),
    );
    const method = directory.readUInt16LE(at + 10);
    const name = directory.toString('utf8', at + ENTRY.bytes, at + ENTRY.bytes + nameBytes);
    if (![STORED, DEFLATED].includes(method) || [packed, bytes, offset].includes(ZIP64)) {
      throw broken(path, `an archive whose ${name} is packed in another way than wheels are`);
    }
    members.set(name, { name, method, packed, bytes, offset });
    at += ENTRY.bytes + nameBytes + extra + comment;
  }
  return members;
}
