// Preloaded into a command (NODE_OPTIONS=--import=…): says on standard error when a thread takes part
// in a training, and ends it after so many steps of the event loop as END_AFTER says.
import { syncBuiltinESMExports } from 'node:module';
import { setImmediate } from 'node:timers';
import threads from 'node:worker_threads';

const { isMainThread, Worker } = threads;
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
