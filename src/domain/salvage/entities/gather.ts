/** Puts the net changes of both regions together by what they belong to. */
import type { Row } from '../transaction';
import type { Fold, Net } from './fold';
import { ownerOf, type Entity, type Find, type Needed } from './owners';
import { matches, names, refundMarks } from './names';
import { Column } from './slots';
import type { ShopTables } from './tables';

/** What a change says of its order: a note, something of a refund, what is computed or counts, or the order itself. */
type Part = 'note' | 'refund' | 'quiet' | 'body';

export interface Place {
  table: string;
  key: string;
  part: Part;
}

/** Something that the deposed region changed, and what the primary changed of the same. Each reading of `theirs` or `ours` may make a new list. */
export interface Found extends Entity {
  readonly theirs: readonly Place[];
  readonly ours: readonly Place[];
}

export interface Folds {
  /** The deposed region's. */
  theirs: Fold;
  /** The primary's own, behind the same point. */
  ours: Fold;
}

export type Fetch = (needed: readonly Needed[]) => Promise<Row[][]>;

export const nameOf = ({ kind, id }: Entity): string => `${kind} ${id}`;

/** The name without what may be a customer's or a secret: a key that is a text, such as a session's. */
export function shownName({ kind, id }: Entity): string {
  if (kind === 'session') return 'session';
  return kind === 'rows' ? id.replace(/^(\S+) (?!-?\d+$|\d+-\d+-\d+$).*$/s, '$1') : `${kind} ${id}`;
}

/** `fetch` gives rows of the primary by their keys; one answer for each, empty where there is no such row. */
export async function gather(folds: Folds, tables: ShopTables, fetch: Fetch): Promise<ReadonlyMap<string, Found>> {
  const fetched = new Map<string, Row | null>();
  const orders = new Set<string>();
  const find: Find = (needed) => {
    const { table, key, column } = needed;
    for (const fold of column === undefined ? [folds.theirs, folds.ours] : []) {
      const net = fold.get(table, key);
      if (net) return net.after ?? net.before ?? null;
    }
    return fetched.get(nameOfNeeded(needed));
  };
  for (;;) {
    const known = orders.size;
    const gathered = attempt(folds, tables, find, orders);
    if (gathered.needed.size === 0 && orders.size === known) return gathered.found;
    const needed = [...gathered.needed.values()];
    const rows = await fetch(needed);
    needed.forEach((each, index) => fetched.set(nameOfNeeded(each), rows[index]?.[0] ?? null));
  }
}

const nameOfNeeded = ({ table, key, column = '' }: Needed): string => `${table} ${column} ${key}`;

function attempt(folds: Folds, tables: ShopTables, find: Find, orders: Set<string>) {
  const found = new Map<string, Gathered>();
  const needed = new Map<string, Needed>();
  const chains = { theirs: new Chain(folds.theirs), ours: new Chain(folds.ours) };
  for (const side of ['theirs', 'ours'] as const)
    for (const [slot, net] of folds[side].numbered()) {
      const owned = ownerOf(net.table, net.key, net.after ?? net.before ?? {}, tables, find, orders);
      if ('table' in owned) {
        needed.set(nameOfNeeded(owned), owned);
        continue;
      }
      const known = found.get(nameOf(owned));
      // What the primary alone changed is nobody's question.
      if (!known && side === 'ours') continue;
      const entity = known ?? new Gathered(owned, chains);
      if (!known) found.set(nameOf(owned), entity);
      const part = owned.kind === 'order' ? partOf(net, owned.part !== owned.id, tables) : loud(net, tables);
      entity.add(side, slot, part);
    }
  return { found, needed };
}

const parts: readonly Part[] = ['note', 'refund', 'quiet', 'body'];

/** The rows of each entity one after the other: each slot has the next one, 1 added. */
class Chain {
  private readonly next = new Column(Int32Array);
  private readonly part = new Column(Uint8Array);
  private readonly fold: Fold;

  constructor(fold: Fold) {
    this.fold = fold;
  }

  link(last: number, slot: number, part: Part): void {
    this.part.set(slot, parts.indexOf(part));
    if (last > 0) this.next.set(last - 1, slot + 1);
  }

  /** @param first a slot with 1 added, or 0 for none */
  places(first: number): Place[] {
    const places: Place[] = [];
    for (let at = first; at > 0; at = this.next.get(at - 1))
      places.push({ ...this.fold.place(at - 1), part: parts[this.part.get(at - 1)] ?? 'body' });
    return places;
  }
}

type Sided<T> = Record<'theirs' | 'ours', T>;

class Gathered implements Found {
  readonly kind: Found['kind'];
  readonly id: string;
  private readonly chains: Sided<Chain>;
  private readonly first: Sided<number> = { theirs: 0, ours: 0 };
  private readonly last: Sided<number> = { theirs: 0, ours: 0 };

  constructor({ kind, id }: Entity, chains: Sided<Chain>) {
    this.kind = kind;
    this.id = id;
    this.chains = chains;
  }

  get theirs(): Place[] {
    return this.chains.theirs.places(this.first.theirs);
  }

  get ours(): Place[] {
    return this.chains.ours.places(this.first.ours);
  }

  add(side: 'theirs' | 'ours', slot: number, part: Part): void {
    this.chains[side].link(this.last[side], slot, part);
    this.first[side] ||= slot + 1;
    this.last[side] = slot + 1;
  }
}

const loud = (net: Net, tables: ShopTables): Part => (isQuiet(net, tables) ? 'quiet' : 'body');

function partOf(net: Net, isRefund: boolean, tables: ShopTables): Part {
  if (['comments', 'commentmeta'].includes(tables.bare(net.table))) return 'note';
  if (isRefund) return 'refund';
  return loud(net, tables);
}

/** The marks of a refund belong to it, though nothing else of a line's count of stock does. */
const isPassing = (name: string): boolean =>
  matches(name, [...names.passing, ...names.counters]) && !refundMarks.includes(name);

/** Whether nothing in it is anybody's decision: computed rows, counters, and what changes by itself. */
function isQuiet({ table, before, after }: Net, tables: ShopTables): boolean {
  const { role, counters = [], passing = [], later = [], pairs } = tables.roleOf(table);
  if (role === 'derived') return true;
  const name = (after ?? before)?.[pairs?.name ?? 'meta_key'];
  if (typeof name === 'string' && isPassing(name)) return true;
  if (!before || !after) return false;
  return changedIn(before, after).every((column) => [...counters, ...passing, ...later].includes(column));
}

export const changedIn = (before: Row, after: Row): string[] =>
  Object.keys(after).filter((column) => JSON.stringify(before[column]) !== JSON.stringify(after[column]));
