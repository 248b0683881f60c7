import { FirstPaths } from './first-paths.ts';
import { NewestRequest } from './newest-request.ts';
import type { Reply, Request } from './protocol.ts';
import { PATIENCE, runSimulation } from './run-simulation.ts';

// The whole program of the page's worker: all simulation runs here, none in the page's own thread.
const firstPaths = new FirstPaths();
const post = (reply: Reply) => self.postMessage(reply);
const requests = new NewestRequest<Request>(async ({ id, state }, { signal, shown }) => {
  const about = { id, state, counts: requests.counts };
  try {
    const surroundings = { signal, firstPaths, now: () => performance.now() };
    for await (const progress of runSimulation(state, surroundings)) {
      post({ ...about, kind: 'snapshot', ...progress });
      shown();
    }
  } catch (error) {
    if (signal.aborted) throw error;
    const message = error instanceof Error ? error.message : String(error);
    post({ ...about, kind: 'refused', message });
  }
}, 2 * PATIENCE);

self.onmessage = ({ data }: MessageEvent<Request>) => requests.ask(data);
