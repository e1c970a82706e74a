/** Keeps unsent data from reaching a silent peer later. */
import type { Socket } from 'node:net';

/**
 * Closes `socket` with a reset. After an ordinary close the kernel keeps sending unsent data for minutes: a `stop` or a fence that was given
 * up could take effect when the link recovers, in a later epoch. Suspected, not proved, when a database was found stopped during a rejoin
 * (2026-11); another fence would have looked the same.
 */
export function resetSocket(socket: Socket | undefined): void {
  if (socket && !socket.destroyed) socket.resetAndDestroy();
}
