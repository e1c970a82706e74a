/** A request without a complete response, and whether the other side responded at all. */
import { PortError } from '../../ports/errors';

export class ConnectionFailed extends PortError {
  /** True for a reset or refused connection; false for silence, also on a connection that was accepted. */
  readonly answered: boolean;

  constructor(because: string, answered: boolean) {
    super('unavailable', because);
    this.answered = answered;
  }
}

const answeredCodes = /^(ECONNREFUSED|ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/;

/** `code` is Node's error code; undefined after a timeout. */
export function connectionFailed(server: string, code: string | undefined, timeoutMs: number): ConnectionFailed {
  if (code === undefined)
    return new ConnectionFailed(`No complete response from ${server} within ${timeoutMs / 1000} s.`, false);
  return new ConnectionFailed(`The connection to ${server} failed (${code}).`, answeredCodes.test(code));
}

/** True when `error` came from a response of the other side, even a refused connection. */
export function answered(error: unknown): boolean {
  return error instanceof ConnectionFailed ? error.answered : error instanceof PortError;
}

/** The code of a system error: `ECONNREFUSED`. The AWS SDK wraps errors of another realm; the code is then only in the message. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'no code';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return ('message' in error ? /\bE[A-Z]{3,}\b/.exec(String(error.message))?.[0] : undefined) ?? 'no code';
}
