import { databaseOf, intruder, newestAccount } from '../../detection/accounts';
import { listOf } from '../../detection/agreement';
import type { Hearing } from '../../detection/hearing';
import type { Course, CourseInput } from '../course';
import { about, defineVerdict, type VerdictOf } from './define';

interface TwoWriters extends VerdictOf<'two-writers'> {
  /** The one of the lower epoch; absent when that cannot be told. */
  fence?: string;
}

/** Two databases accept writes. */
export const twoWriters = defineVerdict({
  state: 'two-writers',
  headline: 'is not the only one whose database accepts writes',
  find,
  course,
});

function find({ testimony, policy }: Hearing): TwoWriters | undefined {
  const { primary, standby, ballots } = testimony;
  const accounts = [primary, standby].map((region) => newestAccount(region, ballots, policy.voteMaxAgeMs));
  const writing = accounts.filter((account) => databaseOf(account)?.readOnly === false);
  const [one, other] = writing;
  if (!one || !other) return undefined;
  const fence = intruder(one, other);
  const epochs = [one, other].map((account) => `${account.region} in epoch ${databaseOf(account)?.epoch ?? 0}`);
  return {
    ...about('two-writers', primary, [one.vantage, other.vantage]),
    because: `The databases of both regions accept writes: ${listOf(epochs)}.`,
    evidenceAgeMs: Math.max(one.ageMs, other.ageMs),
    ...(fence === undefined ? {} : { fence }),
  };
}

function course({ primary, standby = '' }: CourseInput, { fence }: TwoWriters): Course {
  if (fence === undefined) {
    const because = 'Two databases accept writes in the same epoch; decide which one is right.';
    return { wish: 'ask', because, topic: 'both claim the same epoch' };
  }
  const keep = fence === primary ? standby : primary;
  return { wish: 'act', action: { kind: 'fence', from: fence, to: keep } };
}
