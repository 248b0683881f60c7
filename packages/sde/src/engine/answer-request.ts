import { runTask } from './run-task.js';
import type { WorkerReply, WorkerRequest } from './worker-host.js';

/** The reply to a request, with the buffers that are handed over rather than copied. */
export async function answerRequest({
  id,
  task,
  engine,
}: WorkerRequest): Promise<{ reply: WorkerReply; transfer: ArrayBuffer[] }> {
  try {
    const ensemble = await runTask(task, engine);
    const { V, times, stoppedAt } = ensemble;
    const transfer = [V, times, stoppedAt].map(({ buffer }) => buffer as ArrayBuffer);
    return { reply: { id, ensemble }, transfer };
  } catch (error) {
    return { reply: { id, error }, transfer: [] };
  }
}
