import type { Ledger } from '../payments/ledger';
import { Locks } from './locks';
import type { Item, Store } from './store';
import { merged, rule, type Version } from './version';

/** An overwrite nobody was told of: two regions wrote without knowing of each other, and one write is gone. */
export interface Dropped {
  pk: string;
  mine: Pick<Version, 'stamp' | 'region' | 'item'>;
  theirs: Pick<Version, 'stamp' | 'region' | 'item'>;
  kept: 'mine' | 'theirs';
}

/** One line of the journal: a state that took hold here, or an overwrite. */
export type JournalLine = { version: Version } | { dropped: Dropped };

/**
 * One region's copy of the table: stamps what is written here, queues it for the peer and settles what the peer sends.
 * Everything that took hold is in the journal before anybody is told.
 */
export class Replica {
  readonly versions = new Map<string, Version>();
  /** What the peer has not confirmed, newest state of each item, in the order of writing. */
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

  /** Calls `listener` whenever something new waits for the peer. */
  onQueued(listener: () => void): void {
    this.#queued = listener;
  }

  /**
   * Takes back what an earlier process wrote down, then fills the store. What was written here goes to the peer once
   * more, since nobody knows what had arrived; the peer ignores what it has.
   */
  async recall(lines: JournalLine[]): Promise<void> {
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
   * Runs `write` while the given items are locked. When it says that it took hold, the items' new state (`states`) is
   * stamped, written down and queued; the answer of `write` is handed through.
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
      await Promise.all(versions.map((version) => this.#keep(version)));
      for (const version of versions) this.#queue(version);
      return answer;
    });
  }

  /** Settles versions that the peer has sent; resolves when all are decided and on disk. */
  async apply(versions: Version[]): Promise<void> {
    await Promise.all(versions.map((theirs) => this.#locks.hold([theirs.pk], () => this.#settle(theirs))));
  }

  /** The peer has confirmed these; a newer state of the same item stays in the queue. */
  confirmed(versions: Version[]): void {
    for (const version of versions) {
      if (this.outbox.get(version.pk) === version) this.outbox.delete(version.pk);
    }
  }

  async #settle(theirs: Version): Promise<void> {
    const mine = this.versions.get(theirs.pk);
    const ruling = rule(mine, theirs);
    if (ruling === 'ignore') return;
    const winner = ruling === 'conflict-keep' && mine ? mine : theirs;
    if (winner === theirs) await this.#store.put(theirs.pk, theirs.item);
    await this.#keep({ ...winner, vector: merged(theirs.vector, mine?.vector ?? {}) });
    if (mine && ruling !== 'take') await this.#drop(mine, theirs, winner === mine ? 'mine' : 'theirs');
  }

  async #drop(mine: Version, theirs: Version, kept: Dropped['kept']): Promise<void> {
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

  async #keep(version: Version): Promise<void> {
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
