/** What both servers have: which tables can be summed up, and what differs by definition. */
import { setTimeout as pause } from 'node:timers/promises';
import { PortError } from '../../../ports/errors';
import type { JobOptions } from '../../../ports/rejoin';
import { type Pair, reach, textOf } from './comparing-chunks';
import {
  type Definition,
  definitionDifferences,
  definitionsOf,
  definitionsQuery,
  unreadDefinitions,
  type DefinitionDifference,
} from './comparing-definitions';
import { rightsQuery, unshownDefinitions, unshownKinds } from './comparing-rights';
import * as sql from './comparing-statements';
import { type ComparedTable, sameShape, tablesOf, tablesQuery } from './comparing-tables';

export interface Preparation {
  /** Both have them alike, so a statement about one of them means the same for the other. */
  walked: ComparedTable[];
  /** Names of tables with a difference by definition. */
  differently: Set<string>;
  notCompared: Record<string, string>;
  definitions: string[];
}

/** A shop may change a table between two readings: only what differs each time is a difference. */
const readings = 3;
const readEveryMs = 500;
const unread = "its definition is not shown to the runbook's user";

/**
 * A statement about a table that the replica has otherwise would stop its replication, so those are told apart first, at a moment at which
 * the replica has applied all that the primary changed of its tables.
 * @throws PortError(refused) when the replica could not log the statement, or the primary takes no writes
 */
export async function prepare(pair: Pair, key: string, work: JobOptions): Promise<Preparation> {
  const { primary, schema } = pair;
  await primary.ask(
    'prepare a comparison',
    `${sql.noting}; ${sql.prepareChecksums(schema)}; ${sql.forgetOthers(schema, key)}`,
  );
  let seen = await read(pair, work);
  for (let reading = 1; reading < readings && seen.definitions.length > 0; reading += 1) {
    await pause(readEveryMs);
    const next = await read(pair, work);
    const before = new Set(seen.definitions.map(({ because }) => because));
    seen = { ...next, definitions: next.definitions.filter(({ because }) => before.has(because)) };
  }
  const differently = new Set(seen.definitions.map(({ table }) => table).filter((table) => table !== ''));
  const notCompared = { ...seen.unshown, ...Object.fromEntries(seen.unread.map((name) => [name, unread])) };
  const walked: ComparedTable[] = [];
  for (const table of seen.tables) {
    if (table.obstacle !== undefined) notCompared[table.name] = table.obstacle;
    else if (!seen.unlike.has(table.name)) walked.push(table);
    else if (!differently.has(table.name)) notCompared[table.name] = 'it was changed meanwhile';
  }
  return { walked, differently, notCompared, definitions: seen.definitions.map(({ because }) => because) };
}

interface Seen {
  tables: ComparedTable[];
  unlike: Set<string>;
  definitions: DefinitionDifference[];
  unread: string[];
  /** Why definitions of a kind can't be compared, by kind. */
  unshown: Record<string, string>;
}

/** Both servers, the replica once it has applied what the primary had changed. */
async function read(pair: Pair, work: JobOptions): Promise<Seen> {
  const { primary, replica, schema, names } = pair;
  const question = `${tablesQuery(schema)}; ${definitionsQuery(schema)}; ${rightsQuery}`;
  const sets = await primary.ask('tell its tables', `${question}; SELECT @@gtid_binlog_pos AS position`);
  await reach(pair, textOf(sets.at(-1)?.[0], 'position'), work);
  const [settings, ...theirs] = await replica.ask(
    'tell its tables',
    `SELECT @@global.binlog_format AS format, @@global.tx_isolation AS isolation; ${question}`,
  );
  const [format, isolation] = [textOf(settings?.[0], 'format'), textOf(settings?.[0], 'isolation')];
  if (format === 'STATEMENT' && /^READ-/.test(isolation))
    throw new PortError(
      'refused',
      `${names.replica}'s database can't log statements (binlog_format ${format}, tx_isolation ${isolation}), so a checksum would stop its replication; set binlog_format=ROW there.`,
    );
  const unshown = unshownDefinitions(
    [names.primary, names.replica],
    [sets, theirs].map((each) => unshownKinds(each.slice(3), schema)),
    schema,
  );
  const isShown = ({ kind }: Definition) => !unshown.kinds.has(kind);
  const [here, there] = [definitionsOf(sets[2] ?? []).filter(isShown), definitionsOf(theirs[2] ?? []).filter(isShown)];
  const other = tablesOf(theirs);
  const tables = [...tablesOf(sets).values()];
  return {
    tables,
    unlike: new Set(tables.filter((table) => !sameShape(table, other.get(table.name))).map(({ name }) => name)),
    definitions: definitionDifferences(here, there, names),
    unread: unreadDefinitions(here, there),
    unshown: unshown.because,
  };
}
