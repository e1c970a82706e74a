/** Salvages a recorded region into the other one, with the product's own reading, deciding and writing. */
import { salvageEntities } from '../../src/activities/salvage/entities';
import { nameOf, type Found } from '../../src/domain/salvage/entities/gather';
import type { Scene } from '../../src/domain/salvage/entities/scene';
import { after, beyond, lastUpTo } from '../../src/domain/salvage/history';
import { span } from '../../src/domain/salvage/entities/tail';
import type { ErrantTransaction, Shapes } from '../../src/domain/salvage/transaction';
import { oversoldSentences } from '../../src/domain/salvage/oversold';
import type { Ruling } from '../../src/domain/salvage/ruling';
import { binlogArchive } from '../../src/providers/database/mariadb/binlog/archive';
import { mariadbPositions as positions } from '../../src/providers/database/mariadb/positions';
import { mariadbSalvage } from '../../src/providers/database/mariadb/salvage';
import { place } from '../loopback/place';
import { localHost, marksOf, primaryOf, unpacked, type ReplayServer } from './server';
import { snapshotOf, type Snapshot } from './snapshot';

export interface Replayed {
  snapshot: Snapshot;
  /** One for each thing left to a person. */
  items: { kind: string; id: string; because: string }[];
  records: { gtid: string; outcome: string; because: string }[];
  transactions: object[];
  outcomes: Record<string, number>;
  tookMs: number;
}

/** @param data the folder of a recorded set, see `cli.ts` */
export async function replay(data: string): Promise<Replayed> {
  const at = place();
  const marks = marksOf(data);
  const server = await primaryOf(data, marks, at);
  try {
    await unpacked(`${data}/binlog-a`, at.path('work', 'deposed'));
    return await salvaged(server, marks.P, at.path('work'), at.path('B'));
  } finally {
    await server.database.close();
    await server.kill();
    at.remove();
  }
}

async function salvaged(server: ReplayServer, point: string, work: string, binlogDirectory: string): Promise<Replayed> {
  const { region, epoch, site } = await epochOf(server);
  const salvage = mariadbSalvage({ ...server.options, region, site });
  const directories = { binlogDirectory, workDirectory: work, databaseSocket: server.socket };
  // The regions of a recorded set had one schema, so its logs need not name their columns.
  const log = { region, host: localHost, schema: 'shop', alike: true };
  const logs = binlogArchive({ ...log, ...directories, peers: {}, peerKey: '', peerKnownHosts: '' });
  const found: Replayed = { snapshot: {}, items: [], records: [], transactions: [], outcomes: {}, tookMs: 0 };
  await salvage.prepare();
  const both = readings(logs, point, await salvage.shapes());
  const started = performance.now();
  await salvageEntities({
    ...both,
    salvage,
    promotionPoint: point,
    upTo: point,
    behind: () => undefined,
    epoch,
    shop: { counters: [] },
    signal: new AbortController().signal,
    pause: () => Promise.resolve(),
    onSettled: (settled, scene) => {
      for (const each of settled) note(found, each, scene);
    },
  });
  found.tookMs = performance.now() - started;
  await salvage.close();
  const root = await server.root();
  found.snapshot = await snapshotOf(root);
  root.destroy();
  found.items.sort(
    (one, other) => Number(other.because.includes('two payments')) - Number(one.because.includes('two payments')),
  );
  return found;
}

/** Each reads its log anew. */
function readings(logs: ReturnType<typeof binlogArchive>, point: string, shapes: Shapes) {
  const points = positions.places(point);
  const placeOf = (id: string) => positions.places(id)[0] ?? { stream: '', writer: '', number: 0n };
  const isNew = () => after(points, placeOf);
  const isBefore = lastUpTo(points, placeOf, span);
  const isOwn = beyond(points, placeOf);
  return {
    theirs: () => {
      const isErrant = isNew();
      const wanted = (id: string) => isErrant(id) || isBefore(id);
      return behind(logs.transactions('deposed', { shapes, wanted }), isNew(), isBefore);
    },
    ours: () => behind(logs.ownTransactions(point, { shapes, wanted: isOwn }), isOwn),
  };
}

async function* behind(
  log: AsyncIterable<ErrantTransaction>,
  isNew: (id: string) => boolean,
  isBefore: (id: string) => boolean = () => false,
): AsyncGenerator<ErrantTransaction> {
  for await (const each of log)
    if (isNew(each.gtid)) yield each;
    else if (isBefore(each.gtid)) yield { ...each, shared: true };
}

async function epochOf(server: ReplayServer): Promise<{ region: string; epoch: number; site: string }> {
  const root = await server.root();
  const [rows] = await root.query('SELECT site, region, CAST(epoch AS CHAR) AS epoch FROM handover_epoch LIMIT 1');
  root.destroy();
  const [row] = rows as { site: string; region: string; epoch: string }[];
  if (!row) throw new Error('The recorded database has no row in handover_epoch.');
  return { ...row, epoch: Number(row.epoch) };
}

function note(
  into: Replayed,
  { found, ruling }: { found: Found; ruling: Ruling },
  { folds }: Omit<Scene, 'rows'>,
): void {
  const gtid = nameOf(found);
  const { outcome, because, oversold = [] } = ruling;
  into.outcomes[outcome] = (into.outcomes[outcome] ?? 0) + 1;
  into.records.push({ gtid, outcome, because });
  if (outcome === 'listed') into.items.push({ kind: found.kind, id: found.id, because });
  for (const sentence of oversoldSentences([{ gtid, oversold }]))
    into.items.push({ kind: found.kind, id: found.id, because: sentence });
  const changes = found.theirs.flatMap(({ table, key }) => {
    const net = folds.theirs.get(table, key);
    if (!net) return [];
    const action = net.before ? (net.after ? 'update' : 'delete') : 'insert';
    return [{ action, ...net }];
  });
  into.transactions.push({ gtid, changes, statements: [], unread: [] });
}
