import { expect, test } from 'vitest';
import { architecture } from '../model/architecture.js';
import { equicorrelated } from '../testing/reference-point.js';
import { answerRequest } from './answer-request.js';
import { runTask } from './run-task.js';
import type { EnsembleTask } from './task.js';
import type { WorkerReply, WorkerRequest } from './worker-host.js';

const arch = architecture({
  tokens: 3,
  width: 16,
  depth: 6,
  heads: 2,
  mask: [
    [1, 0, 0],
    [1, 1, 0],
    [1, 1, 1],
  ],
});

const common = {
  ...{ caller: 'simulate', tokens: 3, steps: 6, stepWork: 1, firstPath: 40, paths: 5, seed: 7 },
  ...{ V0: equicorrelated(3, 0.2), startSize: 9, stopAt: 1.3, recordAt: [0, 2, 6], arch },
};
const tasks: EnsembleTask[] = [
  { ...common, kind: 'sde', solver: 'gramStep', refines: 6, dt: 1 / 16 },
  { ...common, kind: 'chain', hiddenPrecision: 'double', dt: 1 / 16 },
];

/** What a worker would send for a request that crossed the thread border, after crossing it back. */
async function answered(request: WorkerRequest): Promise<WorkerReply> {
  let reply: WorkerReply | undefined;
  await answerRequest(structuredClone(request), (sent, transfer) => {
    reply = structuredClone(sent, { transfer });
    for (const buffer of transfer) expect(buffer.byteLength).toBe(0);
  });
  return reply as WorkerReply;
}

test.each(tasks)(
  'a task of kind $kind and its paths cross the thread border with all their bits',
  async (task) => {
    const reply = await answered({ id: 3, task, engine: 'reference' });
    const here = await runTask(task, 'reference');
    expect(here.stoppedAt.some(Number.isFinite)).toBe(true);
    expect(reply).toEqual({ id: 3, ensemble: here });
  },
);

test('an error crosses it as data', async () => {
  const wrong = { ...tasks[0], dt: 1 };
  expect(await answered({ id: 4, task: wrong, engine: 'reference' })).toEqual({
    id: 4,
    error: {
      name: 'RangeError',
      message: expect.stringMatching(/^gramStep: .* step of at most/) as string,
    },
  });
});
