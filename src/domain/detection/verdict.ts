/** What we believe of the primary region. A verdict describes; only `decide` acts. */
import type { Agreement } from './agreement';
import type { Policy } from '../policy';
import type { Ballot } from './vote';
import type { Witness } from './witness';

/** Everything that was said, as the monitor holds it this moment. */
export interface Testimony {
  /** Which region holds the role now, and the other one. */
  primary: string;
  standby: string;
  /** The highest epoch known. */
  epoch: number;
  /** Names of all configured vantages. */
  vantages: string[];
  ballots: Ballot[];
  witnesses: Witness[];
}

interface About {
  /** The primary region. */
  region: string;
  because: string;
  /** The vantages that say so. */
  vantages: string[];
  /** How long it has been so, at least. */
  forMs: number;
  /** How long the trouble behind it has lasted, more or less; 0 when nothing fails. */
  failingForMs: number;
  /** Age of the oldest account of a database that the verdict rests on; 0 when it rests on votes alone. */
  evidenceAgeMs: number;
}

/** `all`: every eligible vantage. `majority`: more than half, for long. `contested`: every vantage, but a witness hears the region. */
export type Backing = 'all' | 'majority' | 'contested';

/** Whether the primary's database answers somebody: then a transfer can lose nothing. */
export type DatabaseWord = 'answers' | 'dead' | 'unknown';

export type Verdict = About &
  (
    | { state: 'healthy' }
    /** Shop and servers are gone. */
    | { state: 'region-down'; backing: Backing }
    /** The shop is dead while something of the region answers. */
    | { state: 'app-down'; backing: Backing; database: DatabaseWord }
    /** Only the region's table endpoint is ill. */
    | { state: 'table-down'; backing: Backing }
    /** The region serves by its own address, the public name does not. */
    | { state: 'edge-broken' }
    /** The regions do not see each other; customers are fine. */
    | { state: 'link-cut' }
    | { state: 'degraded' }
    /** Too few vantages have an opinion. */
    | { state: 'blind' }
    /** The primary is up but read-only, and nobody else writes. */
    | { state: 'restarted'; epoch: number }
    /** Two databases accept writes. `fence` is the one of the lower epoch, absent when that cannot be told. */
    | { state: 'two-writers'; fence?: string }
  );

/** How a thing beside the primary fares: the standby's shop, a region's table. */
export interface Health {
  state: 'up' | 'down' | 'unknown';
  forMs: number;
  because: string;
}

export interface Opinion {
  verdict: Verdict;
  standby: Health;
  /** By region. */
  tables: Record<string, Health>;
}

/** What the opinions are made of: the testimony, and its votes counted. */
export interface Hearing {
  testimony: Testimony;
  policy: Policy;
  app: Agreement;
  table: Agreement;
  edge: Agreement;
}
