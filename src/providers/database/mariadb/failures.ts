import type { FailureKind } from '../../../domain/failure';
import { PortError } from '../../../ports/errors';
import { redactor } from '../../http/redact';

/** MariaDB's error numbers by what they mean to a runbook; what is not listed is a refusal of the server. */
const kinds: Readonly<Record<number, FailureKind>> = {
  1040: 'limited',
  1044: 'denied',
  1045: 'denied',
  1046: 'absent',
  1049: 'absent',
  1053: 'unavailable',
  1054: 'absent',
  1080: 'unavailable',
  1142: 'denied',
  1143: 'denied',
  1146: 'absent',
  1158: 'unavailable',
  1159: 'unavailable',
  1160: 'unavailable',
  1161: 'unavailable',
  1198: 'conflict',
  1200: 'conflict',
  1203: 'limited',
  1205: 'unavailable',
  1213: 'unavailable',
  1226: 'limited',
  1227: 'denied',
  1317: 'unavailable',
  1698: 'denied',
  1927: 'unavailable',
  1969: 'unavailable',
  4151: 'denied',
};

/** Waiting for a lock took longer than `lock_wait_timeout`. */
const lockWaitTimeout = 1205;

interface VendorError {
  message: string;
  code: string;
  errno: number | undefined;
}

function vendorError(error: unknown): VendorError {
  const { message, code, errno } = Object(error) as Record<string, unknown>;
  return {
    message: typeof message === 'string' && message !== '' ? message : 'nothing more',
    code: typeof code === 'string' ? code : '',
    // Node's own socket errors carry a negative errno; the server's are positive.
    errno: typeof errno === 'number' && errno > 0 ? errno : undefined,
  };
}

export function isLockWaitTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.errno === lockWaitTimeout;
}

/** A failure with the server's own number, where it was the server that spoke. */
export class DatabaseError extends PortError {
  readonly errno: number | undefined;

  constructor(kind: FailureKind, because: string, errno: number | undefined) {
    super(kind, because);
    this.errno = errno;
  }
}

/**
 * Says what `server` answered when it was asked to `what`. The vendor's error is not kept as cause: it carries the statement,
 * and a statement may carry a password.
 */
export function translated(error: unknown, server: string, what: string, secrets: readonly string[]): PortError {
  if (error instanceof PortError) return error;
  const { message, code, errno } = vendorError(error);
  const said = redactor(secrets)(message);
  if (errno !== undefined) {
    return new DatabaseError(
      kinds[errno] ?? 'refused',
      `${server} was asked to ${what} and said: ${said} (error ${errno}).`,
      errno,
    );
  }
  if (/SSL|CERT|certificate/i.test(`${code} ${message}`)) {
    return new PortError('denied', `${server} was to ${what}, but its identity is not proven: ${said}.`);
  }
  return new PortError('unavailable', `${server} was asked to ${what} and did not answer: ${said}.`);
}
