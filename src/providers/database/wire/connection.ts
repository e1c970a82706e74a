import type { Socket } from 'node:net';
import { createConnection, type Connection as Driver } from 'mysql2/promise';
import { openSocket } from '../../kit/open-socket';
import { resetSocket } from '../../kit/reset-socket';
import { PortError } from '../../../ports/errors';
import { withTimeout } from '../../kit/timeout';
import { waiting, type Waiting } from '../../kit/waiting';
import { DatabaseError, translated } from './failures';

export type Row = Readonly<Record<string, unknown>>;

export interface ConnectionOptions {
  /** The server as sentences call it. */
  server: string;
  host: string;
  port: number;
  user: string;
  password: string;
  ca: string;
  timeoutMs: number;
  /** What this connection changes stays out of the binary log, and so on this server alone. */
  unlogged?: true;
  /** Further assignments of SET SESSION, which a kind of server needs. */
  session?: string;
}

/** One connection to one server, opened when first asked and again as soon as it can't be trusted. */
export interface Connection {
  /** Sends `statement` (one or several) and gives its result sets; `what` completes "was asked to". */
  ask: (what: string, statement: string, limitMs?: number) => Promise<Row[][]>;
  /** As `ask`, for a statement that holds a secret: no sentence quotes what the server says about it. */
  askWithSecret: (what: string, statement: string, limitMs?: number) => Promise<Row[][]>;
  close: () => void;
}

/**
 * Every connection begins with the same session, whatever the server's own settings are: `mysql2` escapes with backslashes, and the
 * adapters write MariaDB's own dialect. It parses under every `sql_mode` (tried on 10.11: ORACLE, ANSI_QUOTES, NO_BACKSLASH_ESCAPES).
 * A statement whose caller has given up does not queue for a lock for hours and then take effect: MariaDB's default is a day.
 */
const session = `SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
  time_zone = '+00:00', lock_wait_timeout = 10, sql_select_limit = 18446744073709551615, NAMES utf8mb4`;
/** Behind the session's variables: a server may begin transactions read-only (tx_read_only). */
const writing = 'SET SESSION TRANSACTION READ WRITE';

function socketTo(host: string, port: number): Socket {
  const socket = openSocket(host, port).setKeepAlive(true, 5_000);
  // The TLS layer above takes the name to verify from `_host`, which Node fills only when it resolved one: for a bare address the
  // certificate would be checked against "localhost". Should Node ever ignore this field, the check fails and nothing is trusted.
  return Object.assign(socket, { _host: host });
}

/** The socket under each connection, to be reset when the connection is given up. */
const sockets = new WeakMap<Driver, Socket>();

async function open({ host, port, user, password, ca, timeoutMs, ...of }: ConnectionOptions): Promise<Driver> {
  const socket = socketTo(host, port);
  const driver = await createConnection({
    host,
    port,
    user,
    password,
    connectTimeout: timeoutMs,
    multipleStatements: true,
    supportBigNumbers: true,
    charset: 'utf8mb4',
    stream: () => socket,
    ssl: { ca, rejectUnauthorized: true, verifyIdentity: true },
    connectAttributes: { program_name: 'handover' },
  });
  sockets.set(driver, socket);
  try {
    const further = `${of.session === undefined ? '' : `, ${of.session}`}${of.unlogged ? ', SESSION sql_log_bin = 0' : ''}`;
    await driver.query(`${session}${further}; ${writing}`);
  } catch (error) {
    driver.destroy();
    throw error;
  }
  return driver;
}

/** Several statements give an array of results, one gives its result alone; what is no result set is left out. */
function resultSets(results: unknown): Row[][] {
  if (!Array.isArray(results)) return [];
  const several = results.some((entry) => Array.isArray(entry) || isHeader(entry));
  return (several ? results : [results]).filter((set): set is Row[] => Array.isArray(set));
}

/** What MariaDB answers to a statement without rows. */
const isHeader = (entry: unknown): boolean => typeof entry === 'object' && entry !== null && 'affectedRows' in entry;

interface Line {
  driver: Promise<Driver>;
  waiting: Waiting;
  /** Questions that are not done with, the roll-back after a refusal included. */
  asking: number;
  /** Takes no more questions, and ends with the last answer. */
  retired: boolean;
}

/** Keeps one line open, while it can be trusted. */
function keeping(options: ConnectionOptions) {
  let current: Line | undefined;

  const forget = (line: Line) => {
    if (current === line) current = undefined;
  };

  function drop(line: Line, reason: Error): void {
    forget(line);
    line.waiting.end(reason);
    line.driver
      .then((driver) => {
        resetSocket(sockets.get(driver));
        driver.destroy();
      })
      .catch(() => undefined);
  }

  /** The server takes new rights for new connections only, so the next question is put over another one. */
  function retire(line: Line): void {
    forget(line);
    line.retired = true;
  }

  function opened(): Line {
    if (current !== undefined) return current;
    const line: Line = { driver: open(options), waiting: waiting(), asking: 0, retired: false };
    current = line;
    line.driver.then((driver) => driver.on('error', (error: Error) => drop(line, error))).catch(() => undefined);
    return line;
  }

  const closed = new PortError('unavailable', `The connection to ${options.server} was closed.`);
  const close = (line = current) => line && drop(line, closed);
  return { opened, drop, retire, close };
}

export function connection(options: ConnectionOptions): Connection {
  const { opened, drop, retire, close } = keeping(options);

  async function put(what: string, statement: string, limitMs: number, quotable: boolean): Promise<Row[][]> {
    const line = opened();
    line.asking += 1;
    const answer = line.driver.then((driver) => driver.query(statement));
    const late = `${options.server} did not answer the request to ${what} within ${limitMs} ms.`;
    try {
      const [results] = await withTimeout(limitMs, line.waiting.heard(answer), late);
      return resultSets(results);
    } catch (error) {
      const failure = translated(error, options.server, what, quotable);
      // A refusal is an answer over a sound connection, and others may be asking over it right now.
      const isSound = failure instanceof DatabaseError && (await rolledBack(line, options.timeoutMs));
      if (!isSound) drop(line, failure);
      else if (failure.kind === 'denied') retire(line);
      throw failure;
    } finally {
      line.asking -= 1;
      if (line.retired && line.asking === 0) close(line);
    }
  }

  return {
    ask: (what, statement, limitMs = options.timeoutMs) => put(what, statement, limitMs, true),
    askWithSecret: (what, statement, limitMs = options.timeoutMs) => put(what, statement, limitMs, false),
    close: () => {
      close();
    },
  };
}

/**
 * After a refusal no transaction is left open: its locks would stay, and the next START TRANSACTION would commit its half. One round trip,
 * on the path of errors only.
 */
async function rolledBack({ driver, waiting }: Line, limitMs: number): Promise<boolean> {
  const rollback = driver.then((connected) => connected.query('ROLLBACK'));
  return withTimeout(limitMs, waiting.heard(rollback), 'ROLLBACK took too long').then(
    () => true,
    () => false,
  );
}
