import { Writable } from 'node:stream';
import type { Streams } from '../streams.js';

/** Streams that keep what is written. */
export interface MemoryStreams extends Streams {
  /** What standard output received so far. */
  out: () => string;
  /** What standard error received so far. */
  err: () => string;
}

/** Streams in memory, as a pipe or, with `isTTY`, as a terminal of 100 columns. */
export function memoryStreams(isTTY = false): MemoryStreams {
  const make = () => {
    let text = '';
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        done();
      },
    });
    // What a bar asks of a terminal.
    const terminal = {
      isTTY,
      columns: 100,
      cursorTo: () => true,
      moveCursor: () => true,
      clearLine: () => true,
      getColorDepth: () => 1,
    };
    return { stream: Object.assign(stream, isTTY ? terminal : {}), read: () => text };
  };
  const [stdout, stderr] = [make(), make()];
  return { stdout: stdout.stream, stderr: stderr.stream, out: stdout.read, err: stderr.read };
}
