import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../peers/serve.py', import.meta.url));

/** Threads of a peer; the same as our workers. */
export const THREADS = 2;

/** Longer than any request takes. */
const PATIENCE_MS = 10 * 60_000;

/** What ends a process that does not end by itself, after it was asked to. */
const GRACE_MS = 5_000;

/** A running `serve.py`: one request at a time, JSON lines both ways. */
export class PeerProcess {
  #child;
  #lines;
  #ended;
  #stderr = '';

  /** Versions of Python and its libraries, once {@link start} resolved. */
  versions;

  constructor(python, script = SERVER) {
    const threads = String(THREADS);
    this.#child = spawn(python, ['-u', script], {
      env: { ...process.env, OMP_NUM_THREADS: threads, MKL_NUM_THREADS: threads },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#stderr = (this.#stderr + text).slice(-2_000);
    });
    // Writing to a process that has ended is told by its missing answer.
    this.#child.stdin.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) => resolve(`exit ${code ?? signal}`));
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Waits until the peers are loaded; returns this. */
  async start() {
    const { ready } = await this.#answer();
    if (ready === undefined) throw new Error(this.#refusal('a greeting with versions'));
    this.versions = ready;
    return this;
  }

  /**
   * Seconds that a request took, measured where it ran, and its covariances `[paths, m, m]` when the
   * request has `sample`.
   *
   * @throws Error with the peer's own words when it fails
   */
  async run(request) {
    const { seconds, V } = await this.ask(request);
    if (!(seconds > 0)) throw new Error(this.#refusal('seconds'));
    return { seconds, V: V === undefined ? undefined : decode(V) };
  }

  /**
   * The answer to a request as it comes.
   *
   * @throws Error with the peer's own words when it fails
   */
  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.#answer();
    if (answer.error !== undefined) {
      throw new Error(
        `PeerProcess: expected ${request.peer ?? request.do} to run, got ${answer.error}.`,
      );
    }
    return answer;
  }

  /** Ends the process. */
  async close() {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  async #answer() {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => resolve({ late: true }), PATIENCE_MS);
    });
    const line = await Promise.race([this.#lines.next(), late]);
    clearTimeout(timer);
    if (line.late) {
      throw new Error(this.#refusal(`an answer within ${PATIENCE_MS / 60_000} minutes`));
    }
    if (line.done) {
      const how = await this.#ended;
      throw new Error(this.#refusal('a running process', how));
    }
    try {
      return JSON.parse(line.value);
    } catch {
      throw new Error(this.#refusal('a line of JSON', line.value.slice(0, 200)));
    }
  }

  #refusal(expected, got = 'none') {
    const said = this.#stderr.trim();
    return (
      `PeerProcess: expected ${expected}, got ${got}${said ? `:\n${said}` : ''}. ` +
      'Install the peers anew: node tools/bench/install-peers.mjs'
    );
  }
}

/** Float64 numbers from little-endian base64. */
function decode(text) {
  const bytes = Buffer.from(text, 'base64');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
}
