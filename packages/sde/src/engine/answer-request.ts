import { runTask } from './run-task.js';
import type { SendReply, WorkerRequest } from './worker-host.js';

/** Sends the reply to a request; arrays are handed over rather than copied, errors go as data. */
export async function answerRequest(
  { id, task, engine }: WorkerRequest,
  send: SendReply,
): Promise<void> {
  try {
    const ensemble = await runTask(task, engine);
    const { V, times, stoppedAt } = ensemble;
    const transfer = [V, times, stoppedAt].map(({ buffer }) => buffer as ArrayBuffer);
    send({ id, ensemble }, transfer);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    send({ id, error: { name, message } }, []);
  }
}
