/**
 * The state of a fake's zone: records in the vendor's own shape, their history, and what each name server answers by now.
 * Every change keeps the state before it, so stale reads and late name servers need no timers.
 *
 *     const zone = fakeZone<VendorRecord>({ origin: 'shop.test.', setsOf: (records) => records.map(toRecordSet), nameServers: 2 });
 *     zone.change((records) => [...records, record]);   // one transaction
 *     zone.records(request.hints);                      // what a route reads; before the last change when the hint says stale
 *     zone.publishAfterMs = [0, Infinity];              // the second name server never hears of the changes from now on
 */
import { canonicalName, canonicalValue } from '../../../src/providers/dns/provider';
import type { RecordSet } from '../../../src/ports/ports';

export interface FakeZone<R> {
  /** Its name, with a dot at its end. */
  origin: string;
  records: (hints?: { stale?: boolean }) => readonly R[];
  /** All at once, so that no reader sees half of it; gives the number of this change, from 1. */
  change: (edit: (records: readonly R[]) => readonly R[]) => number;
  /** Changes so far. */
  changes: () => number;
  /** What is stored, as name servers would answer it; records of one name and type are one set. */
  sets: () => RecordSet[];
  /** What name server number `server`, from 0, answers by now. */
  published: (server: number) => { sets: RecordSet[]; serial: number };
  /** True when every name server answers this change or a later one. */
  isPublished: (change: number) => boolean;
  /** For each name server, how long it answers the state before a change made from now on. */
  publishAfterMs: number[];
  /** Every name server answers all changes so far. */
  publish: () => void;
}

export interface ZoneOptions<R> {
  origin: string;
  /** The sets that these records are to somebody who asks a name server; need not be joined or canonical. */
  setsOf: (records: readonly R[]) => RecordSet[];
  nameServers: number;
}

interface Snapshot<R> {
  records: readonly R[];
  /** When each name server has it. */
  visibleAt: number[];
}

export function fakeZone<R>({ origin, setsOf, nameServers }: ZoneOptions<R>): FakeZone<R> {
  const history: Snapshot<R>[] = [{ records: [], visibleAt: Array<number>(nameServers).fill(0) }];
  const last = (back = 0) => history[Math.max(0, history.length - 1 - back)]?.records ?? [];
  const latest = (server: number) => {
    const now = performance.now();
    return history.findLastIndex(({ visibleAt }) => (visibleAt[server] ?? 0) <= now);
  };
  const zone: FakeZone<R> = {
    origin,
    records: (hints) => last(hints?.stale === true ? 1 : 0),
    change: (edit) => {
      const now = performance.now();
      const visibleAt = Array.from({ length: nameServers }, (_, server) => now + (zone.publishAfterMs[server] ?? 0));
      return history.push({ records: edit(last()), visibleAt }) - 1;
    },
    changes: () => history.length - 1,
    sets: () => joined(setsOf(last())),
    published: (server) => {
      const serial = latest(server);
      return { sets: joined(setsOf(history[serial]?.records ?? [])), serial };
    },
    isPublished: (change) =>
      Array.from({ length: nameServers }, (_, server) => latest(server)).every((at) => at >= change),
    publishAfterMs: Array<number>(nameServers).fill(0),
    publish: () => history.forEach(({ visibleAt }) => visibleAt.fill(0)),
  };
  return zone;
}

/** Records of one name and type make one set. A value that is stored twice is there twice, so that a duplicate is seen. */
function joined(sets: readonly RecordSet[]): RecordSet[] {
  const found = new Map<string, RecordSet>();
  for (const set of sets) {
    const name = canonicalName(set.name);
    const key = `${name} ${set.type}`;
    const known = found.get(key)?.values ?? [];
    const values = [...known, ...set.values.map((value) => canonicalValue(set.type, value))].sort();
    found.set(key, { ttlSeconds: set.ttlSeconds, ...found.get(key), name, type: set.type, values });
  }
  return [...found.values()];
}
