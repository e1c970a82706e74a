/** What was sent to a silent peer must not arrive later. */
import type { Socket } from 'node:net';

/**
 * Ends `socket` by a reset. An ordinary close leaves what is still unsent to the kernel, which goes on delivering it for minutes: a
 * `stop` or a fence that nobody waits for any more would take hold when the link heals, in an epoch it was not meant for
 * (seen 2026-11: a database was stopped by a command of the failover that had given it up).
 */
export function cutOff(socket: Socket | undefined): void {
  if (socket && !socket.destroyed) socket.resetAndDestroy();
}
