import type { Ports } from './ports';

/** The clock of this machine, as the ports promise it. */
export const wallClock: Pick<Ports, 'now' | 'sleep'> = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, signal?.aborted ? 0 : ms);
      signal?.addEventListener('abort', wake);
    }),
};
