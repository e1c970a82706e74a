/** A region that was left unfenced may go on taking orders: a duty until it is fenced or has rejoined. */
import type { Alert } from '../alert';
import type { JournalEntry, Run } from './interpreter';
import type { Plan } from './plan';

const remindEveryMs = 4 * 60 * 60_000;

/** One for each region: whichever run fences it or brings it back ends it. */
export const unfencedKey = ({ site, from }: Pick<Plan, 'site' | 'from'>): string => `handover/${site}/unfenced/${from}`;

/** What is owed after this run; undefined where it left nothing unfenced, or never came to the promotion. */
export function dutyOf(
  plan: Plan,
  { journal, pivotAttempted }: Pick<Run, 'journal' | 'pivotAttempted'>,
): Alert | undefined {
  const { site, kind, from, to } = plan;
  if (kind !== 'unplanned' || !pivotAttempted || !journal.some(isUnfenced)) return undefined;
  return {
    severity: 'critical',
    key: unfencedKey(plan),
    summary: `${from} was not fenced and may still take orders beside ${to}: switch it off or close its network. When it is back, type: npx handover rejoin ${site}`,
    command: `npx handover rejoin ${site}`,
    ends: true,
    remindEveryMs,
  };
}

/** Whether the region is certain to take no more orders. */
export const hasFenced = ({ kind }: Pick<Plan, 'kind'>, { ending }: Pick<Run, 'ending'>): boolean =>
  (kind === 'rejoin' || kind === 'fence') && ending === 'completed';

const isUnfenced = ({ step, facts }: JournalEntry): boolean => step === 'fence-database' && facts['fenced'] === false;
