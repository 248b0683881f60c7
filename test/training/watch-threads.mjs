// Preloaded into a command (NODE_OPTIONS=--import=…): says on standard error when a thread takes part
// in a training, and ends it: after so many steps of the event loop as END_AFTER says, or by itself when
// it has claimed so many slices as EXIT_AT says, while the first thread waits for the last of them.
import { syncBuiltinESMExports } from 'node:module';
import { setImmediate } from 'node:timers';
import threads from 'node:worker_threads';

const { isMainThread, Worker } = threads;
const exitAt = Number(process.env.EXIT_AT ?? Infinity);
const endAfter = Number(process.env.END_AFTER ?? Infinity);

if (isMainThread) {
  threads.Worker = class extends Worker {
    constructor(url, options) {
      super(url, options);
      if (!String(url).endsWith('slice-worker.js')) return;
      this.once('message', () => {
        process.stderr.write('a thread takes part\n');
        let steps = 0;
        const count = () => {
          if (++steps > endAfter) void this.terminate();
          else if (endAfter < Infinity) setImmediate(count).unref();
        };
        count();
      });
      this.once('exit', () => process.stderr.write('a thread ends\n'));
    }
  };
  syncBuiltinESMExports();
}

if (!isMainThread && exitAt < Infinity) {
  const { add } = Atomics;
  let claims = 0;
  Atomics.add = (array, place, value) => {
    const before = add(array, place, value);
    // The second place has the next slice, of two.
    if (place === 1 && before < 2 && ++claims === exitAt) process.exit(7);
    return before;
  };
}
