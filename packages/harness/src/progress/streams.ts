/** Where a command writes and what it knows of its surroundings; replaced in tests. */
export interface Streams {
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

/** A reporter that may have something on the screen to take away. */
export interface Closable {
  /** Ends every bar; call it before the last lines are printed, also after a failure. */
  close(): void;
}
