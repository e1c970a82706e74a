/** What was sent to a silent peer must not arrive later. */
import type { Socket } from 'node:net';

/**
 * Ends `socket` by a reset. An ordinary close leaves what is still unsent to the kernel, which goes on delivering it for minutes: a
 * `stop` or a fence that nobody waits for any more could take hold when the link heals, in an epoch it was not meant for. Suspected, not
 * proved, when a database stood stopped in the middle of a rejoin (2026-11); another fence at work would have looked the same.
 */
export function resetSocket(socket: Socket | undefined): void {
  if (socket && !socket.destroyed) socket.resetAndDestroy();
}
