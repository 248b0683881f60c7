import type { ExplorerState } from './explorer-state.ts';
import type { Reply, Request } from './protocol.ts';

/** The page's side of the worker. */
export interface SimulationClient {
  /** Id of the newest request, 0 before the first. */
  readonly requested: number;
  /** Simulates a state, and drops whatever was asked before. */
  request(state: ExplorerState): void;
}

/** What the page hears. */
export interface SimulationListener {
  /** Never of an older request than an earlier reply. */
  reply: (reply: Reply) => void;
  /** The worker is gone, and why. */
  death: (message: string) => void;
}

/** Starts the worker that simulates. */
export function startSimulation({ reply, death }: SimulationListener): SimulationClient {
  const worker = new Worker(new URL('./simulation-worker.ts', import.meta.url), { type: 'module' });
  let requested = 0;
  worker.onmessage = ({ data }: MessageEvent<Reply>) => reply(data);
  worker.onerror = (event) => {
    event.preventDefault();
    death(
      event.message
        ? `The simulation failed: ${event.message}. Reload the page.`
        : 'The simulation could not be loaded: expected the file of its worker beside the page. ' +
            'Build the page again, or open it with “npm run dev -w docs/explorer”.',
    );
  };
  return {
    get requested() {
      return requested;
    },
    request(state) {
      const message: Request = { id: ++requested, state };
      worker.postMessage(message);
    },
  };
}
