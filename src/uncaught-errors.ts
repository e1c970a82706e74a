/** Errors that nobody caught. A worker serves many sites, so a socket of one must not end it; anything else is a bug, and ends it. */

/** How a socket fails when its peer or route is lost. */
const lost =
  /^E(CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|NETUNREACH|NETDOWN|HOSTUNREACH|HOSTDOWN|ADDRNOTAVAIL)$/;
/** System calls of sockets. Files are read and written too, but do not fail with these codes. */
const calls = /^(connect|read|write|shutdown|send|recvmsg)$/;
/** What else a connection may fail with: routes and firewalls answer with these, and so may files. */
const refusedByRoute = /^E(ACCES|INVAL|PERM|AFNOSUPPORT)$/;

export function isSocketError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return false;
  const [code, call] = [String(error.code), String(error.syscall)];
  if (call === 'getaddrinfo') return true;
  return (calls.test(call) && lost.test(code)) || (call === 'connect' && refusedByRoute.test(code));
}

/**
 * Logs an uncaught socket error and goes on; any other error is logged and ends the process with code 1, as it would by itself.
 * `log` must not fail: its own error would be the next uncaught one.
 */
export function surviveSocketErrors(log: (what: unknown) => void): void {
  process.on('uncaughtException', (error) => {
    log(error);
    if (!isSocketError(error)) process.exit(1);
    log('No adapter handled this socket error. The worker goes on; please report it.');
  });
}
