/** What to do about a verdict, before any guard objects. The rows in `verdicts` choose it. */
import type { Alert } from '../alert';
import type { Health } from '../detection/hearing';
import type { TransferKind } from '../plan/request';
import type { Policy } from '../policy';

/**
 * A transfer that a decision names, as a person would ask for it. `pointer` moves only the table that the primary's shop uses; `restore` has
 * `from` = `to`; `fence` fences `from` and keeps `to`.
 */
export interface Action {
  kind: TransferKind;
  from: string;
  to: string;
}

export type Course =
  /** `notice`: how loudly to say it, if at all. */
  /** `says` follows the headline of the alert. */
  | { wish: 'nothing'; notice?: Alert['severity']; says?: string }
  | { wish: 'act'; action: Action }
  /** `topic` is the same as `because` in a few words that never change. */
  | { wish: 'ask'; action?: Action; because: string; topic: string };

/** What a course may depend on beside its verdict: a part of the situation. */
export interface CourseInput {
  primary: string;
  /** Where a transfer would go; absent when the site has no other whole copy. */
  standby?: string;
  /** The region whose table the primary's shop uses now. */
  tableOf: string;
  policy: Policy;
  opinion: {
    /** By region; empty without a table. */
    tables: Record<string, Health>;
  };
}

/** `all`: every eligible vantage. `majority`: more than half, for long. `contested`: every vantage, but a witness hears the region. */
export type Backing = 'all' | 'majority' | 'contested';

/** Acts when every eligible vantage agrees; else when the site opted in and it has lasted. What a witness contradicts is for a person in any case. */
export function whenBacked(
  { policy }: CourseInput,
  { region, backing, forMs }: { region: string; backing: Backing; forMs: number },
  action: Action,
): Course {
  const lasting = backing === 'majority' && policy.majorityActs && forMs >= policy.majorityAfterMs;
  if (backing === 'all' || lasting) return { wish: 'act', action };
  switch (backing) {
    case 'contested':
      return {
        wish: 'ask',
        action,
        because: `Every vantage reports ${region} down, but the other region still receives its heartbeats.`,
        topic: 'the other region still receives its heartbeats',
      };
    case 'majority':
      return {
        wish: 'ask',
        action,
        because: 'A majority of the vantages reports it, but not all of them.',
        topic: 'the vantages disagree',
      };
  }
}

/** The action of this kind from the primary to the standby. */
export function towardsStandby({ primary, standby = '' }: CourseInput, kind: TransferKind): Action {
  return { kind, from: primary, to: standby };
}
