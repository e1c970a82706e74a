/** Reads MariaDB's result sets into the values of the port. */
import type { DatabaseState, EpochRow, ReplicaState } from '../../../ports/ports';
import type { Row } from './connection';
import { PortError } from '../../../ports/errors';
import { meaningOf } from './failures';

export function text(row: Row, name: string): string {
  const value = row[name];
  if (value === null || value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new PortError('garbage', `The database answered ${name} with an invalid type; expected text or a number.`);
}

export function number(row: Row, name: string): number {
  const value = text(row, name);
  if (!/^-?\d+(\.\d+)?$/.test(value)) {
    throw new PortError('garbage', `The database answered ${name} with ${JSON.stringify(value)}; expected a number.`);
  }
  return Number(value);
}

const threads: Readonly<Record<string, ReplicaState['io']>> = {
  Yes: 'yes',
  Connecting: 'connecting',
  Preparing: 'connecting',
};

export const ioState = (said: string): ReplicaState['io'] => threads[said] ?? 'no';

/** A row of `SHOW REPLICA STATUS`, if there is one. */
export function replicaOf(row: Row | undefined): ReplicaState | undefined {
  if (row === undefined) return undefined;
  const errors = [text(row, 'Last_IO_Error'), applierError(row)].filter(Boolean);
  return {
    sourceHost: text(row, 'Master_Host'),
    io: ioState(text(row, 'Slave_IO_Running')),
    sql: text(row, 'Slave_SQL_Running') === 'Yes',
    fetchedPosition: text(row, 'Gtid_IO_Pos'),
    usesGtid: text(row, 'Using_Gtid') !== 'No',
    secondsBehind: text(row, 'Seconds_Behind_Master') === '' ? null : number(row, 'Seconds_Behind_Master'),
    ...(errors.length > 0 && { error: errors.join('; ') }),
  };
}

/** The server's own text repeats the row or the statement that it could not apply; its number and table do not. */
export function applierError(row: Row): string {
  const said = text(row, 'Last_SQL_Error');
  if (said === '') return '';
  const table = /\btable ([\w$-]+\.[\w$-]+);/.exec(said)?.[1];
  const errno = number(row, 'Last_SQL_Errno');
  return `its applier stopped${table === undefined ? '' : ` in ${table}`}: ${meaningOf(errno)} (error ${errno})`;
}

export function epochOf(row: Row | undefined): EpochRow | undefined {
  return (
    row && { epoch: number(row, 'epoch'), region: text(row, 'region'), verifiedEpoch: number(row, 'verified_epoch') }
  );
}

export function promotingOf(row: Row | undefined): DatabaseState['promoting'] {
  if (row === undefined) return undefined;
  const [position, applied] = [text(row, 'position'), text(row, 'applied')];
  return { epoch: number(row, 'epoch'), region: text(row, 'region'), position, applied, atMs: number(row, 'begun_ms') };
}

/** A phrase for each row of `statements.preparedTransactions`, with what ends it. */
export const preparedOf = (rows: readonly Row[] = []): string[] =>
  rows.map((row) => {
    const id = text(row, 'data');
    return `the prepared XA transaction ${id} (XA COMMIT ${id} or XA ROLLBACK ${id})`;
  });

/** The result sets of `statements.state`. The last two are told apart by their columns, since either may be absent. */
export function stateOf([servers, replicas, transactions, events = [], ...others]: Row[][]): DatabaseState {
  const server = servers?.[0];
  if (server === undefined) throw new PortError('garbage', 'The database returned no row for its own state.');
  const replica = replicaOf(replicas?.[0]);
  const rowWith = (column: string) => others.flat().find((row) => column in row);
  const epoch = epochOf(rowWith('verified_epoch'));
  const promoting = promotingOf(rowWith('begun_ms'));
  const prepared = preparedOf(transactions);
  const idleEvents = number(server, 'idleEvents');
  return {
    serverId: number(server, 'serverId'),
    version: text(server, 'version'),
    readOnly: number(server, 'readOnly') !== 0,
    position: text(server, 'position'),
    appliedPosition: text(server, 'appliedPosition'),
    appSessions: number(server, 'appSessions'),
    openWrites: number(server, 'openWrites'),
    disabledEvents: events.map((row) => text(row, 'enabling')),
    uptimeSeconds: number(server, 'uptime'),
    ...(epoch && { epoch }),
    ...(promoting && { promoting }),
    ...(replica && { replica }),
    ...(prepared.length > 0 && { prepared }),
    ...(idleEvents > 0 && { idleEvents }),
  };
}

export function heartbeatOf(row: Row | undefined): { atMs: number; epoch: number } | undefined {
  return row && { atMs: number(row, 'atMs'), epoch: number(row, 'epoch') };
}

/** What `MASTER_GTID_WAIT` answered: 0 is reached. */
export function reached(row: Row | undefined): boolean {
  return row !== undefined && number(row, 'answer') === 0;
}

/** The row of `statements.known` as one position. */
export const knownOf = (row: Row | undefined): string =>
  row === undefined ? '' : [text(row, 'state'), text(row, 'replicated')].filter(Boolean).join(',');

/** The row of `statements.pidFile`; a relative one lies in the data directory. */
export function pidFileOf(row: Row | undefined): string {
  if (row === undefined) throw new PortError('garbage', 'The database answered nothing about its pid file.');
  const pid = text(row, 'pid');
  return pid.startsWith('/') ? pid : `${text(row, 'data')}/${pid}`;
}
