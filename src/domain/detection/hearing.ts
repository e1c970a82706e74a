/** Everything that was said, and its votes counted: what the verdicts are found in. */
import { agree, sentenceCase, type Agreement } from './agreement';
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
  /** Whether the regions have a table that the vantages ask. */
  hasTable: boolean;
  ballots: Ballot[];
  /** Names of those whose votes a person has taken out; their ballots are silent. */
  muted?: string[];
  witnesses: Witness[];
}

/** How a thing beside the primary fares: the standby's shop, a region's table. */
export interface Health {
  state: 'up' | 'down' | 'unknown';
  forMs: number;
  because: string;
}

/**
 * The testimony, and what the vantages together say: of the primary's shop and table, of the public name, and of the standby. A site without a
 * table has no word on one: nobody asked, so it is neither up nor down nor unknown.
 */
export interface Hearing {
  testimony: Testimony;
  policy: Policy;
  app: Agreement;
  table?: Agreement;
  edge: Agreement;
  standbyApp: Agreement;
  standbyTable?: Agreement;
}

export function hear(testimony: Testimony, policy: Policy): Hearing {
  const { primary, standby, ballots, vantages, hasTable, muted } = testimony;
  const count = (target: Agreement['target']) => agree(target, ballots, vantages, policy, muted);
  return {
    testimony,
    policy,
    app: count({ signal: 'app', region: primary }),
    edge: count({ signal: 'edge' }),
    standbyApp: count({ signal: 'app', region: standby }),
    ...(hasTable && {
      table: count({ signal: 'table', region: primary }),
      standbyTable: count({ signal: 'table', region: standby }),
    }),
  };
}

export function healthOf({ state, forMs, because }: Agreement): Health {
  const word = { down: 'down', majority: 'down', split: 'up', up: 'up', unknown: 'unknown' } as const;
  return { state: word[state], forMs, because: `${sentenceCase(because)}.` };
}
