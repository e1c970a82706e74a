/** Reads MySQL's result sets into the values of the port. */
import { PortError } from '../../../ports/errors';
import type { DatabaseState, ReplicaState } from '../../../ports/ports';
import type { Row } from '../wire/connection';
import { applierError, ioState, number, stateFrom, text, unanswered } from '../wire/rows';

/** A row of `SHOW REPLICA STATUS`, if there is one. */
export function replicaOf(row: Row | undefined): ReplicaState | undefined {
  if (row === undefined) return undefined;
  const errors = [text(row, 'Last_IO_Error'), applierError(row)].filter(Boolean);
  const behind = 'Seconds_Behind_Source';
  return {
    sourceHost: text(row, 'Source_Host'),
    io: ioState(text(row, 'Replica_IO_Running')),
    sql: text(row, 'Replica_SQL_Running') === 'Yes',
    fetchedPosition: text(row, 'Retrieved_Gtid_Set').replaceAll('\n', ''),
    usesGtid: text(row, 'Auto_Position') === '1',
    secondsBehind: text(row, behind) === '' ? null : number(row, behind),
    ...(errors.length > 0 && { error: errors.join('; ') }),
  };
}

/** Of a row of `XA RECOVER CONVERT XID`: the id as XA COMMIT takes it. */
function xidOf(row: Row): string {
  const bytes = text(row, 'data').replace(/^0x/i, '');
  const end = number(row, 'gtrid_length') * 2;
  if (!/^[0-9a-f]*$/i.test(bytes))
    throw new PortError('garbage', 'The database answered a prepared transaction whose id is not in hexadecimal.');
  return `X'${bytes.slice(0, end)}',X'${bytes.slice(end)}',${number(row, 'formatID')}`;
}

/** A phrase for each, with what ends it. */
export const preparedOf = (rows: readonly Row[] = []): string[] =>
  rows.map(xidOf).map((id) => `the prepared XA transaction ${id} (XA COMMIT ${id} or XA ROLLBACK ${id})`);

/** The result sets of `statements.state`. */
export function stateOf([servers, uptimes, replicas, transactions, events = [], ...others]: Row[][]): DatabaseState {
  const [server, uptime] = [servers?.[0], uptimes?.[0]];
  if (server === undefined || uptime === undefined) throw unanswered();
  return stateFrom(server, {
    replica: replicaOf(replicas?.[0]),
    prepared: preparedOf(transactions),
    disabledEvents: events.map((row) => text(row, 'altered')),
    uptimeSeconds: number(uptime, 'Value'),
    own: others.flat(),
  });
}
