/** Two real MariaDBs that are set as the preflight wants them, and what its rules say of them. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { judged, type rules } from '../../src/domain/preflight';
import type { RegionFacts, Told } from '../../src/domain/preflight/facts';
import { sentenceOf } from '../../src/ports/errors';
import type { Host } from '../../src/ports/ports';
import { mariadbInspection, type InspectionOptions } from '../../src/providers/database/mariadb/inspection';
import { authority } from '../../lab/loopback/authority';
import { realPair, type RealPair } from '../../lab/loopback/mariadb';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import type { RealDatabase } from '../../lab/loopback/mariadb-server';
import { place, type Place } from '../../lab/loopback/place';
import { soundShop } from '../world/inspection';

type Region = 'A' | 'B';
type Verdict = ReturnType<typeof judged>[number];

/** What may differ from a sound pair, beside the servers themselves. */
interface Circumstances {
  /** How B is asked. */
  of?: Partial<InspectionOptions>;
  idTables?: string[];
  services?: Partial<ReturnType<InspectionOptions['onHost']['services']>>;
  /** The runbook's clock minus the servers', in milliseconds. */
  clockMs?: number;
}

export interface InspectedPair {
  a: RealDatabase;
  b: RealDatabase;
  at: Place;
  /** B has everything that A has. */
  caughtUp: () => Promise<void>;
  /** Starts B with more options in its file; it does not replicate afterwards. */
  restartB: (options: string) => Promise<void>;
  verdicts: (circumstances?: Circumstances) => Promise<Verdict[]>;
  verdict: (name: (typeof rules)[number]['name'], circumstances?: Circumstances) => Promise<Verdict>;
  close: () => Promise<void>;
}

/** Every host is this machine. */
const host: Host = {
  run: (command, { timeoutMs }) =>
    new Promise((resolve) => {
      execFile('bash', ['-c', command], { timeout: timeoutMs }, (error, stdout, stderr) =>
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr }),
      );
    }),
  close: () => Promise.resolve(),
};

/** What the pair of the other suites leaves out because it is slower. */
const durable = `SET GLOBAL binlog_row_metadata = FULL, sync_binlog = 1, innodb_flush_log_at_trx_commit = 1,
  sql_mode = 'STRICT_TRANS_TABLES'`;

export async function inspectedPair(): Promise<InspectedPair> {
  const at = place();
  const pair = await realPair(at, dataDirectory(at), authority(at, 'ca', 400));
  const caughtUp = async () => {
    const { position } = await pair.a.database.state();
    if (!(await pair.b.database.waitFor(position, 60_000))) throw new Error(`B does not reach ${position}.`);
  };
  for (const server of [pair.a, pair.b]) await server.sql(durable);
  await pair.a.sql("GRANT SELECT ON mysql.* TO runbook@'%'");
  await caughtUp();
  const verdicts = async (circumstances: Circumstances = {}) => {
    const regions = {
      A: await factsOf(at, pair, 'A', {}),
      B: await factsOf(at, pair, 'B', circumstances),
    };
    return judged({ regions, primary: 'A', idTables: circumstances.idTables ?? ['orders'], now: Date.now() });
  };
  const file = readFileSync(at.path('B', 'my.cnf'), 'utf8');
  return {
    ...pair,
    at,
    caughtUp,
    restartB: async (options) => {
      writeFileSync(at.path('B', 'my.cnf'), `${file}${options}\n`);
      await pair.b.kill();
      await pair.b.start();
      await pair.b.sql(durable);
    },
    verdicts,
    verdict: async (name, circumstances) => {
      const found = (await verdicts(circumstances)).find(({ rule }) => rule.name === name);
      if (found === undefined) throw new Error(`There is no rule ${name}.`);
      return found;
    },
    close: async () => {
      await pair.close();
      at.remove();
    },
  };
}

async function factsOf(at: Place, pair: RealPair, region: Region, circumstances: Circumstances): Promise<RegionFacts> {
  const { options } = region === 'A' ? pair.a : pair.b;
  const { of, services, clockMs = 0 } = circumstances;
  const own = {
    database: 'true',
    dataDirectory: at.path(region, 'data'),
    binlogDirectory: at.path(region),
    databaseSocket: at.path(region, 's'),
    workDirectory: at.path(region, 'work', 'made-when-used'),
    ...services,
  };
  const onHost = { host, services: () => own };
  const inspection = mariadbInspection({ ...options, onHost, now: () => Date.now() + clockMs, ...of });
  try {
    const [settings, schema, rights, hostTold] = await Promise.all([
      told(inspection.settings),
      told(inspection.schema),
      told(inspection.rights),
      told(inspection.host),
    ]);
    return {
      settings,
      schema,
      rights,
      host: hostTold,
      shop: { told: { ...soundShop(), certificateEndsAt: Infinity } },
    };
  } finally {
    inspection.close();
  }
}

async function told<T>(ask: () => Promise<T>): Promise<Told<T>> {
  return ask().then(
    (answer) => ({ told: answer }),
    (error: unknown) => ({ unread: sentenceOf(error) }),
  );
}
