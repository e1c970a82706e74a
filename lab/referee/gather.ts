import { join } from 'node:path';
import type { AckLine, AttemptLine } from '../shoppers/ledger-lines';
import { tokenOf } from './copies';
import { Database, objectsOf, stateOf } from './database';
import {
  type ChargeLine,
  type Evidence,
  type FaultLine,
  type MailLine,
  type Region,
  type RowDifference,
  type DatabaseState,
} from './evidence';
import type { DatabaseView } from './shop-rows';
import type { Reading } from './finding';
import { compareItems, overwritesOf } from './items';
import { ledgerLines } from './ledgers';
import { sessionsAt, storedSessions, uploadsIn } from './sessions-and-uploads';
import { compareRows } from './rows';
import { viewOf } from './woocommerce';

export interface GatherOptions {
  readonly lab: string;
  readonly region: Region | 'both';
  /** A plain shop has neither a table nor a Redis: its logins and carts are rows. */
  readonly shop: Evidence['shop'];
  readonly settled: boolean;
  readonly addresses: Readonly<Record<Region, string>>;
}

/** Reads ledgers and regions. What can't be read is recorded with the reason; only unreadable ledgers reject. */
export async function gather(options: GatherOptions): Promise<Evidence> {
  // Acknowledgements are read before the database and attempts after it: every acknowledgement must then be in it, and every row have an attempt.
  const acks = await ledgerLines<AckLine>(options.lab, /^acks-.*\.jsonl$/);
  const databases = await readDatabases(options);
  const judgedRegion = 'read' in databases.judged ? databases.judged.read.region : undefined;
  const tokens = [...new Set(acks.filter((ack) => ack.op === 'login' || ack.op === 'cart').map(tokenOf))];
  const names = acks.filter((ack) => ack.op === 'upload').map((ack) => ack.key);
  const files = (region: Region): Promise<Reading<ReadonlyMap<string, string>>> =>
    reading(() => uploadsIn(join(options.lab, region, 'uploads'), names));
  const overwrites = (region: Region): Promise<Evidence['overwrites'][Region]> =>
    reading(() => overwritesOf(options.lab, region));
  return {
    settled: options.settled,
    shop: options.shop,
    ...databases,
    tables: await reading(
      () => compareItems(options.lab, options.addresses),
      "the table can't be read in both regions",
    ),
    overwrites: { A: await overwrites('A'), B: await overwrites('B') },
    sessions:
      judgedRegion === undefined
        ? { because: 'the primary is unknown' }
        : await sessionsIn(options, judgedRegion, tokens),
    uploads: { A: await files('A'), B: await files('B') },
    ledgers: {
      acks,
      attempts: await ledgerLines<AttemptLine>(options.lab, /^attempts-.*\.jsonl$/),
      charges: await ledgerLines<ChargeLine>(options.lab, /^gateway\.jsonl$/),
      mails: await ledgerLines<MailLine>(options.lab, /^mail\.jsonl$/),
      faults: await ledgerLines<FaultLine>(options.lab, /^faults\.jsonl$/),
    },
    now: Date.now(),
  };
}

async function sessionsIn(
  { lab, shop, addresses }: GatherOptions,
  region: Region,
  tokens: readonly string[],
): Promise<Evidence['sessions']> {
  if (shop === 'full')
    return reading(() => sessionsAt(lab, addresses[region], tokens), `Redis in ${region} can't be read`);
  const read = async () => {
    const database = await Database.connect(lab, region, addresses[region]);
    return storedSessions(database, tokens).finally(() => database.close());
  };
  return reading(read, `The sessions in ${region}'s database can't be read`);
}

interface Databases {
  readonly states: Evidence['states'];
  readonly judged: Reading<DatabaseView>;
  readonly databases: Reading<readonly RowDifference[]>;
  readonly objects: Evidence['objects'];
}

async function readDatabases(options: GatherOptions): Promise<Databases> {
  const connect = (region: Region): Promise<Reading<Database>> =>
    reading(
      () => Database.connect(options.lab, region, options.addresses[region]),
      `MariaDB in ${region} can't be read`,
    );
  const [a, b] = await Promise.all([connect('A'), connect('B')]);
  try {
    const states = { A: await state(a), B: await state(b) };
    // A transfer between the two readings would look like two writable databases, so A is read again.
    if ([states.A, states.B].every(isWritable)) states.A = await state(a);
    const objects = { A: await objectsIn(a), B: await objectsIn(b) };
    const judged = judgedDatabase(options.region, { A: a, B: b }, states);
    if ('because' in judged) return { states, judged, databases: judged, objects };
    const readAt = Date.now();
    await judged.read.openSnapshot();
    const view = await reading(() => viewOf(judged.read, readAt), `MariaDB in ${judged.read.region} can't be read`);
    return { states, judged: view, databases: await compared(options, a, b, judged.read, states), objects };
  } finally {
    for (const one of [a, b]) if ('read' in one) one.read.close();
  }
}

async function compared(
  options: GatherOptions,
  a: Reading<Database>,
  b: Reading<Database>,
  judged: Database,
  states: Evidence['states'],
): Promise<Databases['databases']> {
  if ('because' in a) return a;
  if ('because' in b) return b;
  const other = judged === a.read ? b.read : a.read;
  // The copy is read between two readings of the source; the source is the writable database.
  const judgedIsSource = isWritable(states[judged.region]) || !isWritable(states[other.region]);
  const [source, copy] = judgedIsSource ? [judged, other] : [other, judged];
  const outcome = await reading(async () => {
    const again = await Database.connect(options.lab, source.region, options.addresses[source.region]);
    if (!judgedIsSource) await source.openSnapshot();
    return compareRows(source, copy, again).finally(() => again.close());
  }, 'The databases could not be compared');
  return 'read' in outcome ? outcome.read : outcome;
}

function judgedDatabase(
  wanted: GatherOptions['region'],
  databases: Record<Region, Reading<Database>>,
  states: Evidence['states'],
): Reading<Database> {
  if (wanted !== 'both') return databases[wanted];
  const writable = (['A', 'B'] as const).flatMap((region) => {
    const known = states[region];
    return 'read' in known && known.read.writable ? [known.read] : [];
  });
  const [primary] = writable.sort((one, other) => other.epoch - one.epoch);
  if (primary !== undefined) return databases[primary.region];
  const reasons = (['A', 'B'] as const).flatMap((region) => {
    const known = states[region];
    return 'because' in known ? [known.because] : [`${region} is read-only`];
  });
  return { because: `The primary is unknown: ${reasons.join('; ')}` };
}

function isWritable(known: Reading<DatabaseState>): boolean {
  return 'read' in known && known.read.writable;
}

async function state(database: Reading<Database>): Promise<Reading<DatabaseState>> {
  return 'because' in database
    ? database
    : reading(() => stateOf(database.read), `MariaDB in ${database.read.region} can't be read`);
}

async function objectsIn(database: Reading<Database>): Promise<Evidence['objects'][Region]> {
  if ('because' in database) return database;
  const { region } = database.read;
  return reading(() => objectsOf(database.read), `Triggers, events and accounts of ${region} can't be read`);
}

async function reading<T>(read: () => Promise<T>, what?: string): Promise<Reading<T>> {
  try {
    return { read: await read() };
  } catch (error) {
    const because = error instanceof Error ? error.message || error.name : String(error);
    return { because: what === undefined ? because : `${what}: ${because}` };
  }
}
