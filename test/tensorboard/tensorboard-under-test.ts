import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchTensorboard, type RunningTensorboard } from '@shaped/harness/tensorboard';
import { ensureTool } from '../support/ensure-tool.ts';

/** Time for new values to show: two reloads, a second apart, on a busy machine. */
const SETTLE_MS = 30_000;

/** Pause between two looks. */
const POLL_MS = 200;

/** A TensorBoard on a folder of its own. */
export interface TensorboardUnderTest {
  url: string;
  logdir: string;
  /** What a route of the data API answers, once it answers and `ready` accepts it. */
  get<T>(route: string, ready?: (answer: T) => boolean): Promise<T>;
  /** The same for a route that wants a JSON body. */
  post<T>(route: string, body: unknown, ready?: (answer: T) => boolean): Promise<T>;
  /** The bytes of a route. */
  bytes(route: string): Promise<Uint8Array>;
  /** Ends TensorBoard and removes the folder. */
  dispose(): Promise<void>;
}

/** The real TensorBoard on what `write` logged into a new folder; whatever fails, nothing is left. */
export async function tensorboardUnderTest(
  write: (logdir: string) => void,
): Promise<TensorboardUnderTest> {
  const logdir = mkdtempSync(join(tmpdir(), 'shaped-tensorboard-'));
  let running: RunningTensorboard | undefined;
  const dispose = async () => {
    await running?.stop();
    rmSync(logdir, { recursive: true, force: true });
  };
  try {
    write(logdir);
    const command = { command: ensureTool('tensorboard/install.mjs'), args: [], source: 'a test' };
    running = await launchTensorboard({
      logdir,
      command,
      port: 0,
      reloadSeconds: 1,
      print: () => {},
    });
  } catch (error) {
    await dispose();
    throw error;
  }
  const { url } = running;
  const ask = async <T>(route: string, init: RequestInit, ready: (answer: T) => boolean) => {
    const deadline = Date.now() + SETTLE_MS;
    for (;;) {
      const response = await fetch(`${url}/data/${route}`, init);
      const body = await response.text();
      if (response.ok && ready(JSON.parse(body) as T)) return JSON.parse(body) as T;
      if (Date.now() > deadline)
        throw new Error(`${route}: ${response.status} ${body.slice(0, 2000)}`);
      await new Promise((wake) => setTimeout(wake, POLL_MS));
    }
  };
  return {
    url,
    logdir,
    dispose,
    get: (route, ready = () => true) => ask(route, {}, ready),
    post: (route, body, ready = () => true) =>
      ask(route, { method: 'POST', body: JSON.stringify(body) }, ready),
    bytes: async (route) =>
      new Uint8Array(await (await fetch(`${url}/data/${route}`)).arrayBuffer()),
  };
}
