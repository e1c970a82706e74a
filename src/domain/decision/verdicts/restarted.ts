import { databaseOf, newestAccount } from '../../detection/accounts';
import type { Hearing } from '../../detection/hearing';
import { about, defineVerdict, type VerdictOf } from './define';

interface Restarted extends VerdictOf<'restarted'> {
  epoch: number;
}

/** The primary is up but read-only, and nobody else writes. */
export const restarted = defineVerdict({
  state: 'restarted',
  headline: 'is up, but its database is read-only',
  find,
  course: (_, { region }) => ({ wish: 'act', action: { kind: 'restore', from: region, to: region } }),
});

function find({ testimony, policy }: Hearing): Restarted | undefined {
  const { primary, standby, epoch, ballots } = testimony;
  const own = newestAccount(primary, ballots, policy.voteMaxAgeMs);
  const other = newestAccount(standby, ballots, policy.voteMaxAgeMs);
  const [mine, theirs] = [databaseOf(own), databaseOf(other)];
  if (!own || !other || mine?.readOnly !== true || theirs?.readOnly !== true) return undefined;
  if (mine.primary !== primary || mine.epoch !== epoch || theirs.epoch > epoch) return undefined;
  return {
    ...about('restarted', primary, [own.vantage]),
    epoch,
    because: `The database of ${primary} is the primary of epoch ${epoch} and up, but read-only; no other database accepts writes.`,
    evidenceAgeMs: Math.max(own.ageMs, other.ageMs),
  };
}
