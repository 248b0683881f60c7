import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file that is served. */
export interface Served {
  type: string;
  body: string | Buffer;
}

/** A server of a few files, on a port of this machine alone. */
export interface LoopbackServer {
  /** Without a slash at its end. */
  url: string;
  /** What was asked for, in order. */
  requested: string[];
  close: () => Promise<void>;
}

/** Serves the files by their paths; anything else is 404. */
export async function loopbackServer(
  files: Readonly<Record<string, Served>>,
): Promise<LoopbackServer> {
  const requested: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requested.push(path);
    const file = Object.hasOwn(files, path) ? files[path] : undefined;
    response.writeHead(file ? 200 : 404, { 'content-type': file?.type ?? 'text/plain' });
    response.end(file?.body ?? 'not found');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, requested, close };
}
