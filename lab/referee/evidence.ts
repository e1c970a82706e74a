import type { AckLine, AttemptLine } from '../shoppers/ledger-lines';
import type { Reading } from './finding';
import type { DatabaseView, Region } from './shop-rows';

export type { Region } from './shop-rows';

export const REGIONS: readonly Region[] = ['A', 'B'];

export interface ChargeLine {
  readonly at: string;
  readonly kind: 'charge' | 'refund';
  readonly id: string;
  readonly intent: string;
  readonly amount: string | number;
  readonly orderKey: string;
  readonly repeated: boolean;
}

export interface MailLine {
  readonly at: string;
  /** The Idempotency-Key: `receipt/INTENT` for a receipt. */
  readonly key?: string;
  readonly intent: string;
  readonly orderKey: string;
  /** The address it was sent to. */
  readonly to: string;
  /** `Your order ID: TOTAL CURRENCY` for a receipt. */
  readonly subject: string;
  readonly repeated: boolean;
}

interface Ledgers {
  readonly attempts: readonly AttemptLine[];
  readonly acks: readonly AckLine[];
  readonly charges: readonly ChargeLine[];
  readonly mails: readonly MailLine[];
  /** The faults that the lab injected and healed; empty when there were none. */
  readonly faults: readonly FaultLine[];
}

/** The state of the lab's links and servers after each change. */
export interface FaultLine {
  readonly at: string;
  readonly kind: 'cut' | 'pause' | 'heal';
  readonly cuts: readonly { readonly from: string; readonly to: string }[];
  readonly paused: readonly string[];
}

/** What a database has besides rows; each entry as `NAME: digest of its definition`. */
export interface DatabaseObjects {
  readonly triggers: readonly string[];
  readonly events: readonly string[];
  /** Accounts with their rights, without passwords and locks. */
  readonly accounts: readonly string[];
  /** Scheduled events that would run here now. */
  readonly enabledEvents: readonly string[];
}

/** The event of an order in the DynamoDB table. */
export interface OrderEvent {
  readonly key: string;
  readonly orderId: number;
  readonly intent: string;
  readonly status: string;
  readonly total: string;
}

/** Which region is primary according to this database, and whether it is writable itself. */
export interface DatabaseState {
  readonly region: Region;
  readonly writable: boolean;
  readonly epoch: number;
  readonly primary: string;
}

export interface RowDifference {
  readonly table: string;
  readonly row: string;
  readonly kind: string;
}

export interface Overwrite {
  readonly seenBy: Region;
  readonly pk: string;
  /** Status of the write that was kept, and of the one that was lost. */
  readonly kept: string;
  readonly lost: string;
  readonly text: string;
}

/** Everything the judge uses; it queries nothing itself. */
export interface Evidence {
  /** Milliseconds since 1970, after the last reading. */
  readonly now: number;
  /** The shoppers have stopped: what is still open is a failure. */
  readonly settled: boolean;
  /** A plain shop has no table, so nothing of one is judged. */
  readonly shop: 'full' | 'plain' | 'woocommerce';
  readonly ledgers: Ledgers;
  readonly states: Readonly<Record<Region, Reading<DatabaseState>>>;
  /** The primary's database. */
  readonly judged: Reading<DatabaseView>;
  readonly databases: Reading<readonly RowDifference[]>;
  /** What each database has besides rows. */
  readonly objects: Readonly<Record<Region, Reading<DatabaseObjects>>>;
  readonly tables: Reading<{
    readonly items: number;
    readonly differences: readonly string[];
    readonly events: readonly OrderEvent[];
  }>;
  readonly overwrites: Readonly<Record<Region, Reading<readonly Overwrite[]>>>;
  /** Which of the acknowledged tokens have a session, which a cart, in the judged region's Redis. */
  readonly sessions: Reading<{ readonly sessions: ReadonlySet<string>; readonly carts: ReadonlySet<string> }>;
  /** sha256 by name, of the acknowledged uploads that exist. */
  readonly uploads: Readonly<Record<Region, Reading<ReadonlyMap<string, string>>>>;
}
