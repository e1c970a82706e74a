/** What the runbook itself has seen of a database, as an account beside those of the shops: a database may write behind a shop that is dead. */
import type { Ballot } from '../../domain/detection/vote';
import { blank } from '../../domain/detection/vote';
import type { DatabaseState } from '../../ports/ports';

/** No vantage, so it votes on nothing. */
const witness = 'the runbook';

/** None where the database did not answer. */
export function ownAccount(region: string, state: DatabaseState | undefined): Ballot[] {
  if (!state) return [];
  const { epoch, region: primary, verifiedEpoch } = state.epoch ?? { epoch: 0, region: '', verifiedEpoch: 0 };
  const database = { reachable: true, readOnly: state.readOnly, epoch, primary, verifiedEpoch } as const;
  const facts = { role: 'standby', tableRegion: '', serving: false, database } as const;
  const vote = { ...blank().vote, because: 'The runbook has asked its database.', facts, factsAgeMs: 0 };
  return [{ vantage: witness, target: { signal: 'app', region }, vote, ageMs: 0 }];
}
