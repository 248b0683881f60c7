import { closeSync, fsyncSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { eventFileName } from './event-file-name.js';
import { EventSchema } from './generated/event_pb.js';
import { encodeRecord } from './record.js';
import { writeFailure } from './write-failure.js';
import { makeDirectory } from '../run/make-directory.js';

type EventInit = MessageInitShape<typeof EventSchema>;

/** Records are written to disk when this many bytes have come together. */
const BUFFER_BYTES = 64 * 1024;

/** Tries to find a free name before giving up: more writers than that never start in one folder. */
const NAME_TRIES = 100;

/**
 * A new event file: events go in one after the other and reach the disk in whole records.
 *
 * The file is always a new one that sorts after those in the folder; one that exists is never
 * appended to, as its last record may be cut off, which would hide everything after it.
 */
export class EventFile {
  readonly path: string;
  readonly #now: () => number;
  #descriptor: number | undefined;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #failed: Error | undefined;

  /**
   * @param directory folder of the run, made when missing
   * @param now milliseconds since 1970; every event's wall time is taken from it
   * @throws Failure when the folder or file cannot be made
   */
  constructor(directory: string, now: () => number) {
    this.#now = now;
    [this.path, this.#descriptor] = createFile(directory, now());
    this.append({
      what: { case: 'fileVersion', value: 'brain.Event:2' },
      sourceMetadata: { writer: 'shaped.tensorboard' },
    });
    this.flush();
  }

  /**
   * Adds an event, with the wall time of now.
   *
   * @throws Error after `close`
   * @throws Failure when the disk refuses, then and at every later call
   */
  append(event: EventInit): void {
    this.#writable();
    const message = create(EventSchema, { ...event, wallTime: this.#now() / 1000 });
    const record = encodeRecord(toBinary(EventSchema, message));
    this.#pending.push(record);
    this.#pendingBytes += record.length;
    if (this.#pendingBytes >= BUFFER_BYTES) this.flush();
  }

  /** Hands everything added so far to the operating system: a killed process loses none of it. */
  flush(): void {
    const descriptor = this.#writable();
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    } catch (cause) {
      this.#failed = writeFailure('write', this.path, cause);
      throw this.#failed;
    }
  }

  /** Flushes, and makes sure that the data is on the disk. */
  sync(): void {
    this.flush();
    try {
      fsyncSync(this.#writable());
    } catch (cause) {
      this.#failed = writeFailure('write', this.path, cause);
      throw this.#failed;
    }
  }

  /** Flushes, makes sure that the data is on the disk, and closes. A second call does nothing. */
  close(): void {
    if (this.#descriptor === undefined) return;
    const descriptor = this.#descriptor;
    try {
      if (!this.#failed) {
        this.flush();
        fsyncSync(descriptor);
      }
    } catch (cause) {
      throw this.#failed ?? writeFailure('write', this.path, cause);
    } finally {
      this.#descriptor = undefined;
      closeSync(descriptor);
    }
  }

  #writable(): number {
    if (this.#failed) throw this.#failed;
    if (this.#descriptor !== undefined) return this.#descriptor;
    throw new Error(
      `TensorBoardWriter: expected an open writer, got one that was closed (${this.path}). ` +
        `Make a new one: it continues the run in a file of its own.`,
    );
  }
}

/** The path and descriptor of a file that did not exist; another process may take a name first. */
function createFile(directory: string, now: number): [string, number] {
  try {
    makeDirectory(directory);
  } catch (cause) {
    throw writeFailure('make the folder', directory, cause);
  }
  for (let tries = 0; ; tries++) {
    let path = directory;
    try {
      path = join(directory, eventFileName(readdirSync(directory), now));
      return [path, openSync(path, 'wx')];
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST' && tries < NAME_TRIES) continue;
      throw writeFailure('create', path, cause);
    }
  }
}
