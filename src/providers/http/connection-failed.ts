/** A request that got no whole answer, and whether anything at the other end spoke at all. */
import { PortError } from '../../ports/errors';

export class ConnectionFailed extends PortError {
  /** A reset or refused connection is somebody speaking; silence is not, even behind a connection that was accepted. */
  readonly answered: boolean;

  constructor(because: string, answered: boolean) {
    super('unavailable', because);
    this.answered = answered;
  }
}

const spoken = /^(ECONNREFUSED|ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/;

/** `code` as Node gives it; undefined when time ran out instead. */
export function connectionFailed(who: string, code: string | undefined, timeoutMs: number): ConnectionFailed {
  if (code === undefined)
    return new ConnectionFailed(`There was no whole answer from ${who} within ${timeoutMs / 1000} s.`, false);
  return new ConnectionFailed(`The connection to ${who} failed (${code}).`, spoken.test(code));
}

/** True when `error` is made of something that the other side said. */
export function answered(error: unknown): boolean {
  return error instanceof ConnectionFailed ? error.answered : error instanceof PortError;
}

/** The code of a system error: `ECONNREFUSED`. The AWS SDK wraps errors of a foreign realm; the code then stands in the message only. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'no code';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return ('message' in error ? /\bE[A-Z]{3,}\b/.exec(String(error.message))?.[0] : undefined) ?? 'no code';
}
