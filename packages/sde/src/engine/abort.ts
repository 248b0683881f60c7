/** The part of an `AbortSignal` that simulations use. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What an aborted signal makes `caller` reject with: its reason, as an Error. */
export function abortReason(caller: string, signal: AbortSignalLike): Error {
  const { reason } = signal;
  return reason instanceof Error ? reason : new Error(`${caller}: aborted: ${String(reason)}.`);
}

/** Throws the reason of a signal that was aborted. */
export function throwIfAborted(caller: string, signal: AbortSignalLike | undefined): void {
  if (signal?.aborted) throw abortReason(caller, signal);
}

/** The outcome of `work`, or a rejection with the signal's reason as soon as it is aborted. */
export function untilAborted<T>(
  caller: string,
  signal: AbortSignalLike | undefined,
  work: Promise<T>,
): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(abortReason(caller, signal));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    // Listening to the signal for one batch alone: a race with a long promise would keep them all.
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
