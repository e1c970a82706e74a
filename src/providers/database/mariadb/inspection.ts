/** Reads what a MariaDB and its host are set to, over a connection of its own. */
import type { SchemaFacts, SettingFacts, StoredProgram } from '../../../domain/preflight/facts';
import { recordsSchema } from '../../../domain/grants';
import { PortError } from '../../../ports/errors';
import type { Inspection } from '../../../ports/inspection';
import type { Host } from '../../../ports/ports';
import { channelPhrases } from './channels';
import { connection, type Connection, type Row } from '../wire/connection';
import { DatabaseError } from '../wire/failures';
import { hostFacts, type Managed } from './inspection-host';
import { rightsOf } from './inspection-rights';
import * as sql from './inspection-statements';
import type { MariaDbOptions } from './options';
import { pidFileOf, preparedOf } from './rows';
import { number, text } from '../wire/rows';
import { pidFile } from './statements';

export interface InspectionOptions extends Pick<
  MariaDbOptions,
  'region' | 'host' | 'port' | 'user' | 'password' | 'ca' | 'database' | 'shopUser' | 'replicationUser' | 'timeoutMs'
> {
  /** The runbook's clock, in milliseconds since the epoch. */
  now?: () => number;
  onHost: { host: Host; /** @throws PortError refused where the site has none. */ services: () => Managed };
}

/** A schema with thousands of tables takes seconds. */
const answerMs = 10_000;
/** The quickest of so many answers tells the clock best. */
const clockReadings = 3;

export function mariadbInspection(options: InspectionOptions): Inspection & { close: () => void } {
  const { region, database, onHost, timeoutMs = answerMs } = options;
  const server = `${region}'s database at ${options.host}:${options.port}`;
  const line = connection({ ...options, server, timeoutMs });
  return {
    settings: () => settingsThrough(line, options.now ?? Date.now),
    schema: async () => schemaOf(await line.ask('tell its tables', sql.schema(database))),
    rights: async () => rightsOf(await rightsThrough(line, options), options),
    host: async () => {
      const services = onHost.services();
      const [rows] = await line.ask('tell its pid file', pidFile);
      return hostFacts(region, onHost.host, services, pidFileOf(rows?.[0]));
    },
    close: line.close,
  };
}

/** @throws PortError that names the right to grant when it is missing */
async function rightsThrough(line: Connection, { user, database }: InspectionOptions): Promise<Row[][]> {
  try {
    return await line.ask('tell the rights of its accounts', sql.rights(database, recordsSchema(database)));
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.kind !== 'denied') throw error;
    const because = `${error.message} On the primary type: GRANT SELECT ON mysql.* TO ${user};`;
    throw new PortError('denied', because);
  }
}

async function settingsThrough(line: Connection, now: () => number): Promise<SettingFacts> {
  const [variables = [], replicas = [], logs = [], certificates = [], prepared] = await line.ask(
    'tell its settings',
    sql.settings,
  );
  const own = replicas.find((row) => text(row, 'Connection_name') === '');
  const status = { ...filtersIn(own), ...filtersIn(logs[0]) };
  const endsAt = Date.parse(certificates[0] ? text(certificates[0], 'Value') : '');
  return {
    variables: Object.fromEntries(
      variables.map((row) => [text(row, 'Variable_name').toLowerCase(), text(row, 'Value')]),
    ),
    filters: status,
    prepared: preparedOf(prepared),
    channels: channelPhrases(replicas),
    delaySeconds: own ? number(own, 'SQL_Delay') : 0,
    clock: await clockThrough(line, now),
    ...(!Number.isNaN(endsAt) && { certificateEndsAt: endsAt }),
  };
}

/** Columns such as `Replicate_Ignore_DB` and `Binlog_Do_DB`. */
const filtersIn = (row: Row = {}): Record<string, string> =>
  Object.fromEntries(
    Object.keys(row)
      .filter((name) => /^(Replicate|Binlog)_/.test(name))
      .map((name) => [name.toLowerCase(), text(row, name)]),
  );

async function clockThrough(line: Connection, now: () => number): Promise<SettingFacts['clock']> {
  let best = { aheadMs: 0, errorMs: Infinity };
  for (let reading = 0; reading < clockReadings; reading += 1) {
    const askedAt = now();
    const [rows] = await line.ask('tell the time', sql.clock);
    const answeredAt = now();
    const [row] = rows ?? [];
    if (row === undefined) throw new PortError('garbage', 'The database answered nothing about the time.');
    const errorMs = (answeredAt - askedAt) / 2;
    const aheadMs = number(row, 'micros') / 1_000 - (askedAt + errorMs);
    if (errorMs < best.errorMs) best = { aheadMs, errorMs };
  }
  return best;
}

function schemaOf([tables = [], programs = []]: Row[][]): SchemaFacts {
  return {
    tables: tables.map((row) => ({
      name: text(row, 'name'),
      engine: text(row, 'engine'),
      transactional: text(row, 'transactional') === '1',
      primaryKey: text(row, 'primaryKey') === '1',
      keys: text(row, 'uniqueKeys')
        .split(';')
        .filter(Boolean)
        .map((columns) => columns.split(',')),
      autoIncrement: text(row, 'autoIncrement') === '1',
    })),
    programs: programs.map((row) => ({
      kind: text(row, 'kind') as StoredProgram['kind'],
      name: text(row, 'name'),
      definer: text(row, 'definer'),
    })),
  };
}
