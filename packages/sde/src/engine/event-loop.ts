/** The part of a MessageChannel that is used; Node, browsers and their workers have it. */
declare const MessageChannel: new () => {
  port1: { onmessage: (() => void) | null; close(): void };
  port2: { postMessage(message: unknown): void };
};

/**
 * Resolves after the thread has had the chance to handle what waits: timers, input, signals. By a
 * message, as browsers hold timers back by 4 ms.
 */
export function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
