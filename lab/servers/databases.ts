/** Starts the databases of both regions, of either kind: A is writable and has the lab's users, B follows it. */
import { join } from 'node:path';
import type { Supervisor } from '../control/supervisor';
import type { DatabaseKind } from '../database-kind';
import { regionNames } from '../network/places';
import type { Passwords } from '../secrets';
import { attachReplica, openPrimary, prepareMariadb } from './mariadb';
import { attachMysqlReplica, openMysqlPrimary, prepareMysql } from './mysql';

interface Starting {
  checkout: string;
  database: DatabaseKind;
  supervisor: Supervisor;
}

export function startDatabases(dir: string, options: Starting, passwords: Passwords): Promise<void> {
  return options.database === 'mysql' ? startMysql(dir, options, passwords) : startMariadb(dir, options, passwords);
}

async function startMariadb(dir: string, { supervisor }: Starting, passwords: Passwords): Promise<void> {
  await Promise.all(
    regionNames.map(async (region) => supervisor.launch(await prepareMariadb(join(dir, region), region))),
  );
  await openPrimary('A', passwords);
  await attachReplica('B', passwords['db-repl']);
}

async function startMysql(dir: string, { supervisor, checkout }: Starting, passwords: Passwords): Promise<void> {
  const specs = await prepareMysql(
    checkout,
    regionNames.map((region) => ({ region, root: join(dir, region) })),
  );
  await Promise.all(specs.map((spec) => supervisor.launch(spec)));
  await openMysqlPrimary(join(dir, 'A'), passwords);
  await attachMysqlReplica({ region: 'B', root: join(dir, 'B') }, passwords['db-repl']);
}
