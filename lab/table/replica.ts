import type { Ledger } from '../payments/ledger';
import { Locks } from './locks';
import type { Item, Store } from './store';
import { merged, resolve, type Version } from './version';

/** A lost write: both regions wrote the item before they replicated, and only one write was kept. */
export interface Dropped {
  pk: string;
  mine: Pick<Version, 'stamp' | 'region' | 'item'>;
  theirs: Pick<Version, 'stamp' | 'region' | 'item'>;
  kept: 'mine' | 'theirs';
}

/** One line of the journal: a state that was applied here, or an overwrite. */
export type JournalLine = { version: Version } | { dropped: Dropped };

/**
 * One region's copy of the table: stamps local writes, queues them for the peer, and applies what the peer sends.
 * Every applied write is in the journal before it is acknowledged.
 */
export class Replica {
  readonly versions = new Map<string, Version>();
  /** What the peer has not confirmed: the newest state of each item, in the order of writing. */
  readonly outbox = new Map<string, Version>();
  readonly dropped: Dropped[] = [];
  readonly #region: string;
  readonly #store: Store;
  readonly #journal: Ledger;
  readonly #locks = new Locks();
  #lastStamp = 0;
  #queued: () => void = () => undefined;

  constructor(region: string, store: Store, journal: Ledger) {
    this.#region = region;
    this.#store = store;
    this.#journal = journal;
  }

  /** Calls `listener` whenever a write is queued for the peer. */
  onQueued(listener: () => void): void {
    this.#queued = listener;
  }

  /**
   * Reads the journal of an earlier process and fills the store. Local writes are sent to the peer again, since it is
   * unknown which of them arrived; the peer ignores those it has.
   */
  async restore(lines: JournalLine[]): Promise<void> {
    for (const line of lines) {
      if ('dropped' in line) this.dropped.push(line.dropped);
      else this.versions.set(line.version.pk, line.version);
    }
    for (const version of this.versions.values()) {
      this.#lastStamp = Math.max(this.#lastStamp, version.stamp);
      if (version.region === this.#region) this.outbox.set(version.pk, version);
    }
    await this.#store.load([...this.versions.values()].flatMap(({ item }) => (item === null ? [] : [item])));
  }

  /**
   * Runs `write` while the given items are locked. When it reports `done`, the items' new state (`states`) is stamped,
   * recorded in the journal and queued. Returns the answer of `write`.
   */
  local<T extends { done: boolean }>(
    keys: string[],
    write: () => Promise<T>,
    states: () => Promise<Map<string, Item | null>>,
  ): Promise<T> {
    return this.#locks.hold(keys, async () => {
      const answer = await write();
      if (!answer.done) return answer;
      const versions = [...(await states())].map(([pk, item]) => this.#stamped(pk, item));
      await Promise.all(versions.map((version) => this.#record(version)));
      for (const version of versions) this.#queue(version);
      return answer;
    });
  }

  /** Applies versions that the peer has sent; resolves when all are in the journal. */
  async apply(versions: Version[]): Promise<void> {
    await Promise.all(versions.map((theirs) => this.#locks.hold([theirs.pk], () => this.#applyVersion(theirs))));
  }

  /** The peer has confirmed these; a newer state of the same item stays in the queue. */
  confirmed(versions: Version[]): void {
    for (const version of versions) {
      if (this.outbox.get(version.pk) === version) this.outbox.delete(version.pk);
    }
  }

  async #applyVersion(theirs: Version): Promise<void> {
    const mine = this.versions.get(theirs.pk);
    const resolution = resolve(mine, theirs);
    if (resolution === 'ignore') return;
    const winner = resolution === 'conflict-keep' && mine ? mine : theirs;
    if (winner === theirs) await this.#store.put(theirs.pk, theirs.item);
    await this.#record({ ...winner, vector: merged(theirs.vector, mine?.vector ?? {}) });
    if (mine && resolution !== 'take') await this.#recordOverwrite(mine, theirs, winner === mine ? 'mine' : 'theirs');
  }

  async #recordOverwrite(mine: Version, theirs: Version, kept: Dropped['kept']): Promise<void> {
    const dropped = { pk: mine.pk, mine: shown(mine), theirs: shown(theirs), kept };
    this.dropped.push(dropped);
    await this.#journal.append({ dropped } satisfies JournalLine);
  }

  #stamped(pk: string, item: Item | null): Version {
    const now = Math.round((performance.timeOrigin + performance.now()) * 1000);
    this.#lastStamp = Math.max(now, this.#lastStamp + 1);
    const vector = { ...this.versions.get(pk)?.vector, [this.#region]: this.#lastStamp };
    return { pk, item, stamp: this.#lastStamp, region: this.#region, vector };
  }

  async #record(version: Version): Promise<void> {
    this.versions.set(version.pk, version);
    await this.#journal.append({ version } satisfies JournalLine);
  }

  #queue(version: Version): void {
    this.outbox.delete(version.pk);
    this.outbox.set(version.pk, version);
    this.#queued();
  }
}

function shown({ stamp, region, item }: Version): Dropped['mine'] {
  return { stamp, region, item };
}
