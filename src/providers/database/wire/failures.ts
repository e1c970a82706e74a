import type { FailureKind } from '../../../domain/failure';
import { asClause } from '../../../domain/sentence';
import { PortError } from '../../../ports/errors';
import { disagreement, isAlertAboutOurs, isDisagreement } from '../../kit/tls-refusal';

/** Error numbers of MariaDB and MySQL by what they mean to a runbook; what is not listed is a refusal of the server. */
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
  1370: 'denied',
  1698: 'denied',
  1927: 'unavailable',
  1969: 'unavailable',
  3032: 'unavailable',
  3169: 'unavailable',
  3630: 'denied',
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
  /** The key, column or constraint that the server named, without any value; undefined where it named none. */
  readonly object: string | undefined;

  constructor(kind: FailureKind, because: string, errno: number | undefined, object?: string) {
    super(kind, because);
    this.errno = errno;
    this.object = object;
  }
}

/** Where a message of the server names a key, a column or a constraint: at its end, after any value. */
const objects = [
  /for key '([\w$.]+)'$/,
  /(?:for|of) column [`']?(?:\w+`\.`\w+`\.`)?([\w$]+)[`']? at row \d+$/,
  /^Column '([\w$]+)' cannot be null$/,
  /^Field '([\w$]+)' doesn't have a default value$/,
  /CONSTRAINT `([\w$]+)` failed for `[^`]+`\.`[^`]+`$/,
  /CONSTRAINT `([\w$]+)` FOREIGN KEY \(/,
];

function objectIn(message: string): string | undefined {
  for (const pattern of objects) {
    const [, name] = pattern.exec(message) ?? [];
    if (name !== undefined) return name;
  }
  return undefined;
}

/**
 * Errors whose text names objects, accounts and settings only. The text of any other one may hold a value of a row or a piece of the
 * statement, so it is left out: a number can be looked up, a customer's address can't be taken back.
 */
const namesOnly = new Set([
  ...[
    1005, 1008, 1017, 1040, 1044, 1045, 1046, 1049, 1050, 1051, 1053, 1054, 1072, 1091, 1094, 1114, 1129, 1130, 1141,
    1142, 1143,
  ],
  ...[
    1146, 1158, 1159, 1160, 1161, 1192, 1193, 1194, 1195, 1198, 1199, 1200, 1201, 1203, 1205, 1206, 1213, 1223, 1226,
    1227, 1236,
  ],
  ...[
    1238, 1290, 1305, 1317, 1356, 1370, 1396, 1419, 1524, 1536, 1537, 1539, 1540, 1593, 1644, 1698, 1776, 1792, 1826,
    1927, 1941,
  ],
  ...[1947, 1950, 1969, 3032, 3169, 3630, 4031, 4151],
]);

/** What the others say, without the value or the statement that they repeat. */
const meanings: Readonly<Record<number, string>> = {
  1032: 'a row that it should change is missing',
  1048: 'a column must not be NULL',
  1062: 'a row with this key exists already',
  1064: 'it could not parse the statement',
  1105: 'it could not carry it out',
  1153: 'the statement is larger than its max_allowed_packet',
  1210: 'a value in it is not allowed',
  1264: 'a number is out of the range of its column',
  1265: 'a value does not fit its column',
  1292: 'a value has the wrong format for its column',
  1366: 'a text does not fit the character set or type of its column',
  1406: 'a text is too long for its column',
  1451: 'other rows still refer to this one',
  1452: 'a row that it refers to is missing',
  1470: 'a text is longer than it takes',
  1690: 'a result is out of range',
  4025: 'a CHECK constraint failed',
};

/** What an error means, in words that repeat no value. */
export const meaningOf = (errno: number): string => meanings[errno] ?? 'it refused';

/**
 * Says what `server` answered when it was asked to `what`. The vendor's error is not kept as cause: it carries the statement.
 * `quotable` is false for a statement that holds a secret: then nothing is quoted, since a server repeats pieces of what it refuses.
 */
export function translated(error: unknown, server: string, what: string, quotable: boolean): PortError {
  if (error instanceof PortError) return error;
  const { message, code, errno } = vendorError(error);
  if (errno !== undefined) {
    const kind = kinds[errno] ?? 'refused';
    const said = quotable && namesOnly.has(errno) ? message : meaningOf(errno);
    const object = quotable ? objectIn(message) : undefined;
    return new DatabaseError(kind, `${server} refused to ${what}: ${said} (error ${errno}).`, errno, object);
  }
  const said = quotable ? message : code || 'nothing more';
  if (isAlertAboutOurs({ code, message })) {
    return new PortError(
      'denied',
      `${server} asks handover for a TLS certificate, and it has none for databases: ${said.trim()}. Let the server take connections without one.`,
    );
  }
  if (isDisagreement({ code, message })) {
    const fields = 'tls_version and ssl_cipher in its option file';
    return new PortError(
      'denied',
      `${server} ${disagreement}: ${said.trim()}. Let ${fields} allow TLSv1.2 or TLSv1.3.`,
    );
  }
  if (/SSL|CERT|certificate/i.test(`${code} ${message}`) && !/_ALERT_|SSL alert/.test(`${code} ${message}`)) {
    return new PortError('denied', `The TLS certificate of ${server} was rejected: ${asClause(said)}.`);
  }
  return new PortError('unavailable', `${server} did not answer the request to ${what}: ${asClause(said)}.`);
}
