import { newestAccount } from '../../detection/accounts';
import type { Hearing } from '../../detection/hearing';
import { witnessesWho, type Witness } from '../../detection/witness';
import type { Policy } from '../../policy';
import { towardsStandby, whenBacked, type Backing, type Course, type CourseInput } from '../course';
import { about, defineVerdict, type VerdictOf } from './define';
import { lostShop } from '../shop-loss';

/** Whether the primary's database answers somebody: then a transfer can lose nothing. */
type DatabaseWord = 'answers' | 'dead' | 'unknown';

interface AppDown extends VerdictOf<'app-down'> {
  backing: Backing;
  database: DatabaseWord;
  /** Absent in histories recorded before 2026-12. */
  tableIsOut?: boolean;
}

/** The shop is dead while something of the region answers. */
export const appDown = defineVerdict({ state: 'app-down', headline: 'has lost its shop', find, course });

function find(hearing: Hearing): AppDown | undefined {
  const { testimony, app } = hearing;
  const loss = lostShop(hearing);
  if (!loss) return undefined;
  const { tableIsOut } = loss;
  const database = databaseWord(hearing, tableIsOut);
  const words = {
    answers: 'its database answers',
    dead: 'its database is dead',
    unknown: 'whether its database answers is unknown',
  };
  return {
    ...about('app-down', testimony.primary, app.down),
    backing: app.state === 'down' ? 'all' : 'majority',
    database,
    tableIsOut,
    forMs: app.forMs,
    failingForMs: app.failingMs,
    because: `The shop of ${testimony.primary} is down and ${words[database]}: ${loss.heard}.`,
  };
}

/** An account of the last round of probes; an older one tells of the time before. */
const freshMs = ({ suspectIntervalMs, probeTimeoutMs }: Policy): number => suspectIntervalMs + probeTimeoutMs;

/**
 * A guess is enough: a planned transfer asks the database itself before it changes anything for good. The witness is asked now, so that only an
 * account as fresh as its word weighs more, and not even that where shop, table and replica have all lost the region.
 */
function databaseWord({ testimony, policy }: Hearing, tableIsOut: boolean): DatabaseWord {
  const account = newestAccount(testimony.primary, testimony.ballots, policy.voteMaxAgeMs);
  const told = account && (account.facts.database.reachable ? 'answers' : 'dead');
  const says = (word: Witness['says']) => witnessesWho(word, testimony.witnesses, policy).length > 0;
  if (tableIsOut && says('lost')) return 'dead';
  if (told && account.ageMs <= freshMs(policy)) return told;
  if (says('sees')) return 'answers';
  if (says('lost')) return 'dead';
  return told ?? (says('connected') ? 'answers' : 'unknown');
}

/** A database that answers can be left without losing anything; a dead one can't. */
function course(input: CourseInput, verdict: AppDown): Course {
  const planned = towardsStandby(input, 'switchover');
  // A shop that hangs on its table alone is well again with another one.
  if (verdict.tableIsOut && verdict.database === 'answers' && input.tableOf === input.primary)
    return whenBacked(input, verdict, towardsStandby(input, 'pointer'));
  switch (verdict.database) {
    case 'answers':
      return whenBacked(input, verdict, planned);
    case 'dead':
      return whenBacked(input, verdict, towardsStandby(input, 'failover'));
    case 'unknown': {
      const because = `Whether the database of ${verdict.region} still answers is unknown, so a transfer might lose orders.`;
      return { wish: 'ask', action: planned, because, topic: 'whether its database answers is unknown' };
    }
  }
}
