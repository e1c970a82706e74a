import { join } from 'node:path';
import type { AckLine, AttemptLine } from '../shoppers/lines';
import { tokenOf } from './copies';
import { Database, standingOf, viewOf } from './database';
import {
  type ChargeLine,
  type DatabaseView,
  type Evidence,
  type FaultLine,
  type MailLine,
  type Region,
  type RowDifference,
  type Standing,
} from './evidence';
import type { Reading } from './finding';
import { compareItems, overwritesOf } from './items';
import { ledgerLines } from './ledgers';
import { sessionsAt, uploadsIn } from './present';
import { compareRows } from './rows';

export interface Asked {
  readonly lab: string;
  readonly region: Region | 'both';
  readonly settled: boolean;
  readonly addresses: Readonly<Record<Region, string>>;
}

/** Reads ledgers and regions. What can't be read is part of the evidence, with why; only unreadable ledgers reject. */
export async function gather(asked: Asked): Promise<Evidence> {
  // Acknowledgements before the database and attempts after it: then each of them must be there, and each row must be explained.
  const acks = await ledgerLines<AckLine>(asked.lab, /^acks-.*\.jsonl$/);
  const databases = await readDatabases(asked);
  const judgedRegion = 'read' in databases.judged ? databases.judged.read.region : undefined;
  const tokens = [...new Set(acks.filter((ack) => ack.op === 'login' || ack.op === 'cart').map(tokenOf))];
  const names = acks.filter((ack) => ack.op === 'upload').map((ack) => ack.key);
  const files = (region: Region): Promise<Reading<ReadonlyMap<string, string>>> =>
    reading(() => uploadsIn(join(asked.lab, region, 'uploads'), names));
  const overwrites = (region: Region): Promise<Evidence['overwrites'][Region]> =>
    reading(() => overwritesOf(asked.lab, region));
  return {
    settled: asked.settled,
    ...databases,
    tables: await reading(
      () => compareItems(asked.lab, asked.addresses),
      'the table could not be read in both regions',
    ),
    overwrites: { A: await overwrites('A'), B: await overwrites('B') },
    sessions:
      judgedRegion === undefined
        ? { because: 'it is not known which region is the primary' }
        : await reading(
            () => sessionsAt(asked.lab, asked.addresses[judgedRegion], tokens),
            `Redis in ${judgedRegion} could not be read`,
          ),
    uploads: { A: await files('A'), B: await files('B') },
    ledgers: {
      acks,
      attempts: await ledgerLines<AttemptLine>(asked.lab, /^attempts-.*\.jsonl$/),
      charges: await ledgerLines<ChargeLine>(asked.lab, /^gateway\.jsonl$/),
      mails: await ledgerLines<MailLine>(asked.lab, /^mail\.jsonl$/),
      faults: await ledgerLines<FaultLine>(asked.lab, /^faults\.jsonl$/),
    },
    now: Date.now(),
  };
}

interface Databases {
  readonly standings: Evidence['standings'];
  readonly judged: Reading<DatabaseView>;
  readonly databases: Reading<readonly RowDifference[]>;
}

async function readDatabases(asked: Asked): Promise<Databases> {
  const connect = (region: Region): Promise<Reading<Database>> =>
    reading(() => Database.connect(asked.lab, region, asked.addresses[region]), `MariaDB in ${region} can't be read`);
  const [a, b] = await Promise.all([connect('A'), connect('B')]);
  try {
    const standings = { A: await standing(a), B: await standing(b) };
    // A transfer between the two readings would look like two primaries.
    if ([standings.A, standings.B].every(isWritable)) standings.A = await standing(a);
    const judged = judgedDatabase(asked.region, { A: a, B: b }, standings);
    if ('because' in judged) return { standings, judged, databases: judged };
    const readAt = Date.now();
    await judged.read.freeze();
    const view = await reading(() => viewOf(judged.read, readAt), `MariaDB in ${judged.read.region} can't be read`);
    return { standings, judged: view, databases: await compared(asked, a, b, judged.read, standings) };
  } finally {
    for (const one of [a, b]) if ('read' in one) one.read.close();
  }
}

async function compared(
  asked: Asked,
  a: Reading<Database>,
  b: Reading<Database>,
  judged: Database,
  standings: Evidence['standings'],
): Promise<Databases['databases']> {
  if ('because' in a) return a;
  if ('because' in b) return b;
  const other = judged === a.read ? b.read : a.read;
  // The copy is read between two readings of the source, and the source is whoever takes writes.
  const judgedIsSource = isWritable(standings[judged.region]) || !isWritable(standings[other.region]);
  const [source, copy] = judgedIsSource ? [judged, other] : [other, judged];
  const outcome = await reading(async () => {
    const again = await Database.connect(asked.lab, source.region, asked.addresses[source.region]);
    if (!judgedIsSource) await source.freeze();
    return compareRows(source, copy, again).finally(() => again.close());
  }, 'The databases could not be compared');
  return 'read' in outcome ? outcome.read : outcome;
}

function judgedDatabase(
  wanted: Asked['region'],
  databases: Record<Region, Reading<Database>>,
  standings: Evidence['standings'],
): Reading<Database> {
  if (wanted !== 'both') return databases[wanted];
  const writable = (['A', 'B'] as const).flatMap((region) => {
    const known = standings[region];
    return 'read' in known && known.read.writable ? [known.read] : [];
  });
  const [primary] = writable.sort((one, other) => other.epoch - one.epoch);
  if (primary !== undefined) return databases[primary.region];
  const dark = (['A', 'B'] as const).flatMap((region) => {
    const known = standings[region];
    return 'because' in known ? [known.because] : [`${region} takes no writes`];
  });
  return { because: `Which database is the primary's is not known: ${dark.join('; ')}` };
}

function isWritable(known: Reading<Standing>): boolean {
  return 'read' in known && known.read.writable;
}

async function standing(database: Reading<Database>): Promise<Reading<Standing>> {
  return 'because' in database
    ? database
    : reading(() => standingOf(database.read), `MariaDB in ${database.read.region} can't be read`);
}

async function reading<T>(read: () => Promise<T>, what?: string): Promise<Reading<T>> {
  try {
    return { read: await read() };
  } catch (error) {
    const because = error instanceof Error ? error.message || error.name : String(error);
    return { because: what === undefined ? because : `${what}: ${because}` };
  }
}
