/** Reads what servers of both kinds answer alike into the values of the port. */
import type { DatabaseState, EpochRow, ReplicaState } from '../../../ports/ports';
import { PortError } from '../../../ports/errors';
import type { Row } from './connection';
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

/** The server's own text repeats the row or the statement that it could not apply; its number and table do not. */
export function applierError(row: Row): string {
  const said = text(row, 'Last_SQL_Error');
  if (said === '') return '';
  const table = /\btable ([\w$-]+\.[\w$-]+);/.exec(said)?.[1];
  const errno = number(row, 'Last_SQL_Errno');
  return `its applier stopped${table === undefined ? '' : ` in ${table}`}: ${meaningOf(errno)} (error ${errno})`;
}

function epochOf(row: Row | undefined): EpochRow | undefined {
  return (
    row && { epoch: number(row, 'epoch'), region: text(row, 'region'), verifiedEpoch: number(row, 'verified_epoch') }
  );
}

function promotingOf(row: Row | undefined): DatabaseState['promoting'] {
  if (row === undefined) return undefined;
  const [position, applied] = [text(row, 'position'), text(row, 'applied')];
  return { epoch: number(row, 'epoch'), region: text(row, 'region'), position, applied, atMs: number(row, 'begun_ms') };
}

export function heartbeatOf(row: Row | undefined): { atMs: number; epoch: number } | undefined {
  return row && { atMs: number(row, 'atMs'), epoch: number(row, 'epoch') };
}

/** What each kind finds in its own way. */
interface Found {
  replica: ReplicaState | undefined;
  prepared: string[];
  disabledEvents: string[];
  uptimeSeconds: number;
  /** Rows of the epoch and of a promotion that was begun; told apart by their columns, since either may be absent. */
  own: readonly Row[];
}

/** @param server the one row that tells of the server itself */
export function stateFrom(server: Row, { replica, prepared, own, ...found }: Found): DatabaseState {
  const rowWith = (column: string) => own.find((row) => column in row);
  const epoch = epochOf(rowWith('verified_epoch'));
  const promoting = promotingOf(rowWith('begun_ms'));
  const idleEvents = number(server, 'idleEvents');
  return {
    ...found,
    serverId: number(server, 'serverId'),
    version: text(server, 'version'),
    readOnly: number(server, 'readOnly') !== 0,
    position: text(server, 'position'),
    appliedPosition: text(server, 'appliedPosition'),
    appSessions: number(server, 'appSessions'),
    openWrites: number(server, 'openWrites'),
    ...(epoch && { epoch }),
    ...(promoting && { promoting }),
    ...(replica && { replica }),
    ...(prepared.length > 0 && { prepared }),
    ...(idleEvents > 0 && { idleEvents }),
  };
}

export const unanswered = () => new PortError('garbage', 'The database returned no row for its own state.');
