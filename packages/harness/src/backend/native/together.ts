/**
 * The results of pieces of work that run at the same time. When one fails the others are aborted,
 * and all have ended before the failure is thrown: nothing writes into a folder that is removed.
 */
export async function together<Results extends readonly unknown[]>(
  signal: AbortSignal | undefined,
  pieces: { [I in keyof Results]: (signal: AbortSignal) => Promise<Results[I]> },
): Promise<Results> {
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  let failure: { error: unknown } | undefined;
  const started = (pieces as readonly ((signal: AbortSignal) => Promise<unknown>)[]).map(
    async (piece) => {
      try {
        return await piece(both);
      } catch (error) {
        failure ??= { error };
        stop.abort();
        return undefined;
      }
    },
  );
  const results = await Promise.all(started);
  if (failure !== undefined) throw failure.error;
  return results as unknown as Results;
}
