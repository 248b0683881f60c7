import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { launchTensorboard, type LaunchTensorboardOptions } from './launch-tensorboard.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shaped-launch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stands in for TensorBoard: announces itself in its words and answers with its own arguments. */
const SERVER = `
  const http = require('node:http');
  const args = process.argv.slice(2);
  const port = Number(args[args.indexOf('--port') + 1]);
  const server = http.createServer((request, response) => response.end(JSON.stringify(args)));
  server.on('error', () => {
    console.error('TensorBoard could not bind to port ' + port + ', it was already in use');
    process.exit(1);
  });
  server.listen(port, '127.0.0.1', () => {
    console.error('NOTE: noise before');
    console.error('TensorBoard 2.21.0 at http://127.0.0.1:' + server.address().port + '/ (Press CTRL+C to quit)');
  });
`;

function options(script: string): LaunchTensorboardOptions {
  const file = join(folder, 'server.cjs');
  writeFileSync(file, script);
  return {
    logdir: folder,
    port: 0,
    command: { command: process.execPath, args: [file], source: 'a test' },
    print: () => {},
  };
}

test('it prints the address, once the server answers there, and stop() ends it', async () => {
  const lines: string[] = [];
  const running = await launchTensorboard({
    ...options(SERVER),
    print: (line) => lines.push(line),
  });
  expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(lines).toEqual([`TensorBoard shows ${folder} at ${running.url} (Ctrl-C ends it)`]);
  const args = (await (await fetch(running.url)).json()) as string[];
  expect(args[args.indexOf('--logdir') + 1]).toBe(folder);
  expect(args[args.indexOf('--samples_per_plugin') + 1]).toMatch(/scalars=10000,images=200/);
  await running.stop();
  expect(await running.exited).toEqual({ code: null, signal: 'SIGTERM' });
  await expect(fetch(running.url)).rejects.toThrow();
});

test('signals to this process go on to the server, and no longer once it has ended', async () => {
  const before = process.listenerCount('SIGHUP');
  const running = await launchTensorboard(options(SERVER));
  process.emit('SIGHUP', 'SIGHUP');
  expect(await running.exited).toEqual({ code: null, signal: 'SIGHUP' });
  expect(process.listenerCount('SIGHUP')).toBe(before);
});

test('an aborted signal ends it', async () => {
  const controller = new AbortController();
  const running = await launchTensorboard({ ...options(SERVER), signal: controller.signal });
  controller.abort();
  expect((await running.exited).signal).toBe('SIGTERM');
});

describe('a Failure says what happened and what to do', () => {
  test('when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => other.once('listening', listening));
    const port = (other.address() as { port: number }).port;
    await expect(launchTensorboard({ ...options(SERVER), port })).rejects.toThrow(
      `expected port ${port} to be free, got one in use. Choose another, or 0 for any free one.`,
    );
    other.close();
  });

  test('when it ends at once, with its words', async () => {
    const broken = options('console.error("ModuleNotFoundError: numpy"); process.exit(7);');
    await expect(launchTensorboard(broken)).rejects.toThrow(
      /to answer, got: it ended with code 7. ModuleNotFoundError: numpy\nCorrect what/,
    );
  });

  test('when the program does not exist', async () => {
    const command = { command: join(folder, 'none'), args: [], source: 'a test' };
    await expect(launchTensorboard({ ...options(''), command })).rejects.toThrow(/ENOENT/);
  });

  test('when it never announces itself, after which it is ended', async () => {
    const silent = options('setInterval(() => {}, 1000); console.error("busy");');
    await expect(launchTensorboard({ ...silent, timeoutMs: 3_000 })).rejects.toThrow(
      /no answer after 3 s. busy/,
    );
  });

  test('when the log folder is none, or the port is impossible', async () => {
    const logdir = join(folder, 'none');
    await expect(launchTensorboard({ ...options(SERVER), logdir })).rejects.toThrow(
      /expected logdir to be a folder, got .*none, which is none/,
    );
    await expect(launchTensorboard({ ...options(SERVER), port: 70000 })).rejects.toThrow(
      'got 70000',
    );
  });
});
