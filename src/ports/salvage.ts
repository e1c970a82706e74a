/** What a rejoin writes to the primary of all that only the deposed region has, and the records of it. */
import type { Found } from '../domain/salvage/entities/gather';
import type { Look, Scene } from '../domain/salvage/entities/scene';
import type { Outcome, Oversold, Ruling } from '../domain/salvage/ruling';
import type { Row, Shapes } from '../domain/salvage/transaction';

export interface SalvageRecord {
  /** What it is about, in a form that no other thing has; the column had a transaction's id once. */
  gtid: string;
  outcome: Outcome;
  because: string;
  oversold: Oversold[];
  /** The order's id in the deposed region; empty when it is not about an order. */
  orderId: string;
  /** Up to where the deposed region's log was read when it was decided; empty in records of earlier versions, which do not tell. */
  upTo: string;
  /** When it was recorded, by the primary's clock, in milliseconds since the epoch. */
  atMs: number;
}

/** The last record of a thing that is decided again. `number` is what a person calls it by. */
export type EarlierRecord = Pick<SalvageRecord, 'outcome'> & { number: string };

/** Things that have a record, and that the deposed region changed after that. */
export interface Again {
  /** Only things whose last record has this are decided; `SalvageRecord.upTo`. */
  recordedUpTo: string;
  /** What is ruled without a decision; undefined where its later changes are decided as any. */
  rule: (found: Found, scene: Scene, record: EarlierRecord) => Ruling | undefined;
}

export interface EntityInput {
  /** Together with its name this identifies an entity: names come again after a reseed. */
  promotionPoint: string;
  epoch: number;
  scene: Omit<Scene, 'rows'>;
  /** Why an entity is left to a person whatever its rows are; undefined for most. */
  obstacle: (found: Found) => string | undefined;
  /** Up to where the deposed region's log was read: each record tells. */
  upTo: string;
  /** The scene is what changed after an earlier record; absent: things that have none are decided. */
  again?: Again;
  /** Otherwise an entity whose ruling says `again` is neither written nor recorded. */
  isLast: boolean;
}

/** The current primary's database, as salvage writes to it. */
export interface Salvage {
  /** As `Database.known`. */
  known: () => Promise<string>;
  /** The tables of the shop's schema. */
  shapes: () => Promise<Shapes>;
  /** What became of each thing so far; empty when there are no records yet. */
  records: (promotionPoint: string) => Promise<SalvageRecord[]>;
  /** The number of things that rejoins left to a person, and that nobody has decided. */
  open: () => Promise<number>;
  /** Creates the tables of the records where they are missing. */
  prepare: () => Promise<void>;
  /** Rows of the primary as they are now, one answer for each look; nothing is locked. */
  look: (looks: readonly Look[], shapes: Shapes) => Promise<(readonly Row[])[]>;
  /**
   * Decides about entities on locked rows, and writes the rulings and their records in one SQL transaction. What the primary can't take is
   * listed with its reason, alone, and the rest goes on. Changes nothing for what has a record, or another one than `again` says. Refused unless this is the writable
   * primary of `epoch`. A failure leaves no transaction and no lock behind. Answers with what it decided now.
   */
  settle: (batch: readonly Found[], input: EntityInput) => Promise<{ found: Found; ruling: Ruling }[]>;
}
