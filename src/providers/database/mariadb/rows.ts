/** Reads MariaDB's result sets into the values of the port. */
import type { DatabaseState, ReplicaState } from '../../../ports/ports';
import type { Row } from '../wire/connection';
import { PortError } from '../../../ports/errors';
import { applierError, ioState, number, stateFrom, text, unanswered } from '../wire/rows';

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

/** A phrase for each row of `statements.preparedTransactions`, with what ends it. */
export const preparedOf = (rows: readonly Row[] = []): string[] =>
  rows.map((row) => {
    const id = text(row, 'data');
    return `the prepared XA transaction ${id} (XA COMMIT ${id} or XA ROLLBACK ${id})`;
  });

/** The result sets of `statements.state`. */
export function stateOf([servers, replicas, transactions, events = [], ...others]: Row[][]): DatabaseState {
  const server = servers?.[0];
  if (server === undefined) throw unanswered();
  return stateFrom(server, {
    replica: replicaOf(replicas?.[0]),
    prepared: preparedOf(transactions),
    disabledEvents: events.map((row) => text(row, 'enabling')),
    uptimeSeconds: number(server, 'uptime'),
    own: others.flat(),
  });
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
