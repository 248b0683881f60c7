import type { ExplorerState } from './explorer-state.ts';
import type { RequestCounts } from './newest-request.ts';
import type { Snapshot } from './snapshot.ts';

/** What the page asks its worker. */
export interface Request {
  id: number;
  state: ExplorerState;
}

/** What a reply is about. */
interface About {
  id: number;
  state: ExplorerState;
}

/** Why a simulation has ended: all paths are there, or it took too long. */
export type Ending = 'complete' | 'outOfTime';

/** What the worker answers, any number of times a request. */
export type Reply = (
  | (About & { kind: 'snapshot'; steps: number; snapshot: Snapshot; ending: Ending | undefined })
  | (About & { kind: 'refused'; message: string })
) & { counts: RequestCounts };
